"""Who can walk to which service within 15 minutes, at their own pace.

The public names are loaded when first used, so that ``import access15`` costs nothing.

Examples
--------
>>> import access15
>>> study = access15.load_study("milano")
>>> study.area("chiesa_rossa").hubs
('cam-04', 'csrc-07')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from access15.config import Study, WalkProfile, load_categories, load_profiles, load_study
    from access15.config.proposal import Proposal
    from access15.core.streets.network import WalkNetwork
    from access15.errors import Access15Error, Access15Warning
    from access15.sources.proposals.files import read_proposal, read_proposals
    from access15.sources.streets.export import network_to_graph
    from access15.workflows.audit import audit
    from access15.workflows.benches import find_seats
    from access15.workflows.city import City, run_city
    from access15.workflows.compare import compare
    from access15.workflows.geocode import geocode
    from access15.workflows.ground import StreetSource
    from access15.workflows.isochrone import measure_isochrone
    from access15.workflows.network.measures import (
        count_opportunities,
        measure_2sfca,
        measure_equity,
        measure_gravity,
    )
    from access15.workflows.network.read import read_network
    from access15.workflows.network.streets import StreetNetwork
    from access15.workflows.peba import find_barriers
    from access15.workflows.report import Report, report
    from access15.workflows.review import review_places
    from access15.workflows.run import Run, run
    from access15.workflows.siting import site
    from access15.workflows.times import measure_times
    from access15.workflows.works import find_works

__version__ = "0.1.0"

_HOMES = {
    "Access15Error": "access15.errors",
    "Access15Warning": "access15.errors",
    "City": "access15.workflows.city",
    "Proposal": "access15.config.proposal",
    "Report": "access15.workflows.report",
    "Run": "access15.workflows.run",
    "StreetNetwork": "access15.workflows.network.streets",
    "StreetSource": "access15.workflows.ground",
    "Study": "access15.config",
    "WalkNetwork": "access15.core.streets.network",
    "WalkProfile": "access15.config",
    "audit": "access15.workflows.audit",
    "compare": "access15.workflows.compare",
    "count_opportunities": "access15.workflows.network.measures",
    "find_barriers": "access15.workflows.peba",
    "find_seats": "access15.workflows.benches",
    "find_works": "access15.workflows.works",
    "geocode": "access15.workflows.geocode",
    "load_categories": "access15.config",
    "load_profiles": "access15.config",
    "load_study": "access15.config",
    "measure_2sfca": "access15.workflows.network.measures",
    "measure_equity": "access15.workflows.network.measures",
    "measure_gravity": "access15.workflows.network.measures",
    "measure_isochrone": "access15.workflows.isochrone",
    "measure_times": "access15.workflows.times",
    "network_to_graph": "access15.sources.streets.export",
    "read_network": "access15.workflows.network.read",
    "read_proposal": "access15.sources.proposals.files",
    "read_proposals": "access15.sources.proposals.files",
    "report": "access15.workflows.report",
    "review_places": "access15.workflows.review",
    "run": "access15.workflows.run",
    "run_city": "access15.workflows.city",
    "site": "access15.workflows.siting",
}

__all__ = [
    "Access15Error",
    "Access15Warning",
    "City",
    "Proposal",
    "Report",
    "Run",
    "StreetNetwork",
    "StreetSource",
    "Study",
    "WalkNetwork",
    "WalkProfile",
    "__version__",
    "audit",
    "compare",
    "count_opportunities",
    "find_barriers",
    "find_seats",
    "find_works",
    "geocode",
    "load_categories",
    "load_profiles",
    "load_study",
    "measure_2sfca",
    "measure_equity",
    "measure_gravity",
    "measure_isochrone",
    "measure_times",
    "network_to_graph",
    "read_network",
    "read_proposal",
    "read_proposals",
    "report",
    "review_places",
    "run",
    "run_city",
    "site",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'access15' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
