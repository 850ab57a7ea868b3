"""Where the next places should go: whom each candidate brings, and the best of them."""
