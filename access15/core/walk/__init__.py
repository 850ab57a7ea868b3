"""One walker on the streets: costs, doors, search."""
