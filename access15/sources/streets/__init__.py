"""Walking networks from OpenStreetMap, graphs handed over and the sketch."""
