"""Walks from seat to seat."""
