"""The compiled loops of walks from seat to seat: seconds, and metres since the last seat."""
