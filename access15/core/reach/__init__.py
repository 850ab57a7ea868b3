"""Reached streets and the land along them."""
