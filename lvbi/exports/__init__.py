"""Reports as files: one writer a form, and the file that is there whole or not at all."""
