"""Web pages that need no internet."""
