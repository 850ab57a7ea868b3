"""Streets and places as they could be, and who gains."""
