"""Tables and layers."""
