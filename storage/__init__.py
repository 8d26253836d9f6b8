"""What is kept: the store, its tables and the files beside it."""
