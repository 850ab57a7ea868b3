"""What closes the door: for every home out of reach, the obstacle that alone would let it in.

One class of obstacles is lifted at a time, everywhere, and the walk is computed again. Several
may open the same door; the one told is the easiest to lift: opening hours (where a moment is asked)
before a street fix, a street fix before another pace, and among street fixes the one that leaves
the shortest walk (ties go to the order of `STREET_CAUSES`). After pace comes what is a question to
be asked or a work to be built, in the order of `ASKED_CAUSES`: streets that most likely meet and
were not drawn so, a missing link where the street data do not show what it might cross, a gate, a
lift or ramp, a bridge. Where nothing opens it, a nearer service is needed (``distance``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.change.fixes import FIX_KINDS, JOINING_KINDS, Fixes, lift_rows
from access15.core.change.gains import FixSearch, Setting, build_fix_search
from access15.core.reach.walks import build_plain_walks
from access15.core.seat_walk.walks import build_walks
from access15.core.walk.impedance import Impedance, Obstacle, build_impedance
from access15.core.walk.walks import Walks

STREET_CAUSES: Final = ("crossings", "kerbs", "rests", "seats", "steps", "missing_link")
ASKED_CAUSES: Final = ("mapping_fault", "gate", "lift_or_ramp", "bridge")
LIFTED: Final = ("hours", *STREET_CAUSES, "pace", *ASKED_CAUSES)
CAUSES: Final = (*LIFTED, "distance", "off_network")
_OBSTACLES: Final[tuple[Obstacle, ...]] = ("crossings", "kerbs", "steps", "rests")


@dataclass(frozen=True, eq=False)
class LiftedWalks:
    """One walker on streets as they are, with each obstacle lifted, and with each thing mended.

    Parameters
    ----------
    base : Walks
        The streets as they are.
    lifted : mapping of str to Walks
        With one class of `LIFTED` lifted; classes that change nothing for this walker are absent.
    fixes : FixSearch, optional
        Every single fix; None for who needs seats, whose walks have a search of their own.
    """

    base: Walks
    lifted: Mapping[str, Walks]
    fixes: FixSearch | None


@dataclass(frozen=True, eq=False)
class Causes:
    """Why homes are out of reach.

    Parameters
    ----------
    cause : ndarray of int64, shape (n_homes,)
        Index into `CAUSES`; -1 for homes within the cutoff.
    opens : ndarray of bool, shape (n_homes, len(LIFTED))
        Which obstacles would let the home in, each alone; False for homes within the cutoff.
    """

    cause: NDArray[np.int64]
    opens: NDArray[np.bool_]


def lift_obstacles(
    setting: Setting,
    fixes: Fixes,
    profile: WalkProfile,
    *,
    adult_pace_ms: float,
) -> LiftedWalks:
    """Set one walker on the streets once per obstacle, and prepare the single fixes.

    Parameters
    ----------
    setting : Setting
        The streets, the links they lack, and the places on them.
    fixes : Fixes
        From `access15.core.change.fixes.find_fixes` on those streets.
    profile : WalkProfile
        The walker.
    adult_pace_ms : float
        Pace that stands for "no lack of pace" [m/s].

    Returns
    -------
    LiftedWalks
        For `find_causes` and for gains.
    """
    network = setting.streets.network
    impedance, by_class, lifted = lift_classes(setting, fixes, profile, adult_pace_ms=adult_pace_ms)
    # 1. The walker without a need of seats: today's walks of most, and of others what lifting them
    #    would bring.
    plain = build_plain_walks(
        network, impedance, homes=setting.homes, facilities=setting.facilities
    )
    if profile.needs_seat:
        # which bench helps most is another search, `access15.core.seat_walk.placing`
        return LiftedWalks(_set_out(setting, profile, impedance), lifted, None)
    # 2. Single fixes, of the classes that matter to this walker.
    mended = {name: other for name, other in by_class.items() if name in FIX_KINDS}
    kinds = [FIX_KINDS.index(name) for name in mended]
    used = fixes.of_kinds(np.array(kinds, dtype=np.int64))
    search = build_fix_search(setting, plain, lift_rows(used, impedance, mended), len(fixes))
    return LiftedWalks(plain, lifted, search)


class LiftedClasses(NamedTuple):
    """One walker with one class of obstacles lifted at a time.

    Parameters
    ----------
    impedance : Impedance
        Costs as they are.
    by_class : dict of str to Impedance
        With one class of street obstacles lifted.
    lifted : dict of str to Walks
        Walks with one class of `LIFTED` lifted.
    """

    impedance: Impedance
    by_class: dict[str, Impedance]
    lifted: dict[str, Walks]


def lift_classes(
    setting: Setting,
    fixes: Fixes,
    profile: WalkProfile,
    *,
    adult_pace_ms: float,
) -> LiftedClasses:
    """Set one walker on the streets once per class of obstacles, without single fixes.

    Parameters
    ----------
    setting : Setting
        As in `lift_obstacles`.
    fixes : Fixes
        As in `lift_obstacles`; only the links among them are asked for.
    profile : WalkProfile
        The walker.
    adult_pace_ms : float
        Pace that stands for "no lack of pace" [m/s].

    Returns
    -------
    LiftedClasses
        Costs and walks.
    """
    # 1. Costs with one class of obstacles lifted everywhere; a class that costs this walker nothing
    #    is left out, because searching again would find the same.
    network, is_link = setting.streets.network, setting.streets.is_link
    impedance = build_impedance(network, profile, is_closed=is_link)
    by_class = {}
    for kind in JOINING_KINDS:
        is_closed = is_link.copy()
        is_closed[fixes.edges_of(kind)] = False
        by_class[kind] = build_impedance(network, profile, is_closed=is_closed)
    for name in _OBSTACLES:
        if name == "rests" and profile.needs_seat:
            continue  # who rests on seats only is asked about seats, below
        by_class[name] = build_impedance(network, profile, lifted=name, is_closed=is_link)
    by_class = {name: other for name, other in by_class.items() if _differs(impedance, other)}
    lifted = {name: _set_out(setting, profile, other) for name, other in by_class.items()}
    # 2. The same streets at an adult's pace.
    if adult_pace_ms > profile.pace_ms:
        faster = profile.model_copy(update={"pace_ms": adult_pace_ms})
        hurried = build_impedance(network, faster, is_closed=is_link)
        lifted["pace"] = _set_out(setting, faster, hurried)
    # 3. The same walker without a need of seats.
    if profile.needs_seat:
        lifted["seats"] = build_plain_walks(
            network, impedance, homes=setting.homes, facilities=setting.facilities
        )
    return LiftedClasses(impedance, by_class, lifted)


def find_causes(
    lifted_s: Mapping[str, NDArray[np.float64]],
    *,
    is_out: NDArray[np.bool_],
    is_snapped: NDArray[np.bool_],
    cutoff_s: float,
    are_links_checked: bool = True,
) -> Causes:
    """Choose the obstacle that is told for each home.

    Parameters
    ----------
    lifted_s : mapping of str to ndarray of float64, shape (n_homes,)
        Walks with one class of `LIFTED` lifted; inf beyond the cutoff [s].
    is_out : ndarray of bool, shape (n_homes,)
        Homes beyond the cutoff today.
    is_snapped : ndarray of bool, shape (n_homes,)
        Homes that are on this walker's streets today.
    cutoff_s : float
        Longest walk, inclusive [s].
    are_links_checked : bool
        Whether missing links are known to cross neither water nor buildings.

    Returns
    -------
    Causes
        One row per home.
    """
    n = len(is_out)
    never = np.full(n, np.inf)
    times_s = np.stack([lifted_s.get(name, never) for name in LIFTED], axis=1)
    opens = (times_s <= cutoff_s) & is_out[:, None]
    link, pace, hours = (LIFTED.index(name) for name in ("missing_link", "pace", "hours"))
    # causes are written from the hardest to lift to the easiest, so that the easiest stays:
    # 1. a nearer service, where nothing alone opens the door;
    cause = np.where(is_snapped, CAUSES.index("distance"), CAUSES.index("off_network"))
    # 2. what would have to be built, and links that may cross unseen water or buildings, which are
    #    no more than a question, as are faults of the map;
    for name in reversed(ASKED_CAUSES[1:]):
        number = LIFTED.index(name)
        cause[opens[:, number]] = number
    first = LIFTED.index(STREET_CAUSES[0])
    street_s = times_s[:, first : first + len(STREET_CAUSES)].copy()
    if not are_links_checked:
        cause[opens[:, link]] = link
        street_s[:, STREET_CAUSES.index("missing_link")] = np.inf
    fault = LIFTED.index(ASKED_CAUSES[0])
    cause[opens[:, fault]] = fault
    # 3. another pace;
    cause[opens[:, pace]] = pace
    # 4. a street fix, of several the one that leaves the shortest walk;
    shortest = np.argmin(street_s, axis=1)
    by_street = (street_s[np.arange(n), shortest] <= cutoff_s) & is_out
    cause[by_street] = first + shortest[by_street]
    # 5. opening hours, which need no work in the street.
    cause[opens[:, hours]] = hours
    return Causes(np.where(is_out, cause, -1), opens)


def _set_out(setting: Setting, profile: WalkProfile, impedance: Impedance) -> Walks:
    """A walker on the streets, everybody at the doors of today: nobody loses by a fix."""
    return build_walks(
        setting.streets.network,
        profile,
        impedance,
        homes=setting.homes,
        facilities=setting.facilities,
        seats=setting.seats,
    )


def _differs(base: Impedance, other: Impedance) -> bool:
    """Whether any second differs."""
    names = ("forward_s", "backward_s", "at_u_s", "at_v_s")
    return not all(np.array_equal(getattr(base, name), getattr(other, name)) for name in names)
