"""Measures of access, home by home and for groups."""
