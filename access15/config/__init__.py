"""Studies, walking profiles and categories: what a planner edits, read from TOML and validated.

Minutes and km/h exist here, in the command line and in the outputs only; everything else is in
metres and seconds.
"""

from access15.config.categories import (
    Category,
    CategoryGroup,
    list_needs,
    load_categories,
    load_category_groups,
)
from access15.config.model import Label, Lang, choose, data_dir
from access15.config.population import PopulationSource, SourceKind, Spread, find_headline_group
from access15.config.profiles import StepsRule, WalkProfile, load_profiles
from access15.config.study import (
    LONGEST_CUTOFF_MIN,
    Area,
    BikesSource,
    FacilitiesSource,
    SeatsSource,
    SketchSource,
    Study,
    ZoneSource,
    is_study_name,
    load_study,
)

__all__ = [
    "LONGEST_CUTOFF_MIN",
    "Area",
    "BikesSource",
    "Category",
    "CategoryGroup",
    "FacilitiesSource",
    "Label",
    "Lang",
    "PopulationSource",
    "SeatsSource",
    "SketchSource",
    "SourceKind",
    "Spread",
    "StepsRule",
    "Study",
    "WalkProfile",
    "ZoneSource",
    "choose",
    "data_dir",
    "find_headline_group",
    "is_study_name",
    "list_needs",
    "load_categories",
    "load_category_groups",
    "load_profiles",
    "load_study",
]
