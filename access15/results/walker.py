"""A profile on the streets of one neighbourhood: what a run found once and others go on from."""

from __future__ import annotations

from dataclasses import dataclass

from access15.config import WalkProfile
from access15.core.walk.doors import Doors, PlausibleDoors
from access15.core.walk.impedance import Impedance
from access15.core.walk.snap import Snapped
from access15.core.walk.walks import Walks


@dataclass(frozen=True, eq=False)
class Walker:
    """One profile on one network, with every door as it was computed with.

    Parameters
    ----------
    profile : WalkProfile
        Who walks.
    walks : Walks
        From the residents to the facilities.
    plausible_doors : PlausibleDoors
        Where facilities meet the streets, and where they could as well, the same for every walker;
        owners are rows of the frame.
    resident_snap : Snapped
        Residents on the streets, in the order of the frame.
    seat_snap : Snapped
        Seats on the streets, in the order of the frame; nowhere where a record is of no use.
    """

    profile: WalkProfile
    walks: Walks
    plausible_doors: PlausibleDoors
    resident_snap: Snapped
    seat_snap: Snapped

    @property
    def doors(self) -> Doors:
        """The doors that the walks use."""
        return self.plausible_doors.taken

    @property
    def impedance(self) -> Impedance:
        """What the streets cost this walker."""
        return self.walks.impedance
