"""Words of reporting: the questions, the preview, cases as the reporter sees them."""
