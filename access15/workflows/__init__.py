"""One module for each question, read top to bottom."""
