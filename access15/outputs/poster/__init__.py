"""The sheet of paper for the table."""
