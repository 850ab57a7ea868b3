"""Proposals and stickers on posters."""
