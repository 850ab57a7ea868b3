"""Facilities, seats and other places."""
