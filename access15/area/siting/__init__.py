"""The best places for more of one kind in one neighbourhood, from its own walks."""
