"""Documents that people go on writing in: text and slides."""
