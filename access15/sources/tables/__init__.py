"""Tables as people have them, read as rows of text."""
