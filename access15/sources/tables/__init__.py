"""Tables as people have them, read as columns of text."""
