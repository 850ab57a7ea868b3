"""What is uncertain about a share, and how much: the seven things that worlds draw."""

from __future__ import annotations

from typing import Final

FACTORS: Final = ("people", "door", "pace", "waits", "rests", "classes", "paths")
N_DRAWS: Final = 128
SEED: Final = 20141015
# The range told: nine worlds of ten.
QUANTILES: Final = (0.05, 0.95)
# Nine of ten draws of pace lie within this, evenly about the profile's own (normal) [m/s]: this
# project's choice for how uncertain a profile's pace is. It is no spread between people, which is
# wider: a standard deviation of 0.28 m/s among 565 people of 60 and over (Kasovic et al. 2021,
# doi 10.2147/CIA.S290071).
PACE_RANGE_MS: Final = 0.15
# Waits and rests from none to twice what a profile says, evenly; 0 to 60 s for a rest of 30 s: this
# project's choice.
MOST_TIMES: Final = 2.0
# Density of residents from street to street, log-normal: between residents of Las Palmas spread
# along streets and over buildings this project measured 0.76, and takes 0.7.
DENSITY_SIGMA: Final = 0.7
# Share of the paths on the map that cannot be used, evenly from none: this project's choice.
MOST_MISSING: Final = 0.15
# Classes of street of which nobody knows whether people live along them; each world draws one of
# their combinations.
DOUBTFUL_CLASSES: Final = ("unclassified", "tertiary", "service")
AS_IT_IS: Final = -1
