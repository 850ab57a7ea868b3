"""What QGIS is given: a plugin that asks access15 in its own environment."""
