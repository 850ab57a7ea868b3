"""One neighbourhood: walkers on its streets, what they reach, and what a proposal changes."""
