"""Points for addresses."""
