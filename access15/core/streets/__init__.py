"""The walking network as arrays."""
