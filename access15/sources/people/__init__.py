"""Residents and where they live."""
