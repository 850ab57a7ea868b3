"""The compiled loops of service areas."""
