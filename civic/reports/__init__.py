"""Reports of pollution: drafts, numbers, filing, the workflow, and what staff and reporters see."""
