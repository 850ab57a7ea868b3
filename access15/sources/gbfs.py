"""Bike stations of a GBFS feed, by the name that scripts import them by."""

from __future__ import annotations

from access15.sources.places.gbfs import StationCopy, fetch_stations, frame_stations, read_stations
from access15.sources.places.stations import Station

__all__ = ["Station", "StationCopy", "fetch_stations", "frame_stations", "read_stations"]
