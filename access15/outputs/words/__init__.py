"""Texts for people, in Italian and English."""
