"""A street network that is kept, and asked as often as one likes."""
