"""/mydata: all that we hold about somebody, as a ZIP of readable JSON and own photos."""
