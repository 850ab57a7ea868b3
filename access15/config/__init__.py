"""Studies, walking profiles and categories: what a planner edits, read from TOML and validated.

Minutes and km/h exist here, in the command line and in the outputs only; everything else is in
metres and seconds. The names are loaded when first used: who only asks for help reads no models.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from access15.config.cache import Cache, find_cache
    from access15.config.categories import (
        Category,
        CategoryGroup,
        list_needs,
        load_categories,
        load_category_groups,
    )
    from access15.config.clock import find_now, is_clock_fixed
    from access15.config.formats import (
        COMPARISON_USUAL,
        FORMATS,
        USUAL,
        ComparisonFormat,
        Format,
        parse_comparison_formats,
        parse_formats,
    )
    from access15.config.grid import Grid, GridKind, parse_grid
    from access15.config.inputs import list_inputs
    from access15.config.model import Label, Lang, choose, data_dir
    from access15.config.options import (
        AreaOptions,
        CheckOptions,
        ExtentOptions,
        Options,
        PlaceOptions,
        ReviewOptions,
        RunOptions,
        StreetOptions,
        build_options,
        choose_register,
        split_mapping,
    )
    from access15.config.population import (
        CENSUS_YEARS,
        HOMES,
        PopulationSource,
        SourceKind,
        Spread,
        find_headline_group,
        list_age_classes,
    )
    from access15.config.profiles import StepsRule, WalkProfile, find_walker, load_profiles
    from access15.config.study import (
        LONGEST_CUTOFF_MIN,
        AddedTable,
        Area,
        BikesSource,
        FacilitiesSource,
        HeightsSource,
        ObstaclesSource,
        RegisterSource,
        SeatsSource,
        SketchSource,
        Study,
        ZoneSource,
        find_cutoffs_fault,
        is_study_name,
        load_study,
    )

_HOMES = {
    "AddedTable": "study",
    "Area": "study",
    "AreaOptions": "options",
    "BikesSource": "study",
    "CENSUS_YEARS": "population",
    "Cache": "cache",
    "Category": "categories",
    "CategoryGroup": "categories",
    "CheckOptions": "options",
    "ExtentOptions": "options",
    "FacilitiesSource": "study",
    "COMPARISON_USUAL": "formats",
    "ComparisonFormat": "formats",
    "FORMATS": "formats",
    "USUAL": "formats",
    "Format": "formats",
    "parse_comparison_formats": "formats",
    "parse_formats": "formats",
    "Grid": "grid",
    "GridKind": "grid",
    "HOMES": "population",
    "LONGEST_CUTOFF_MIN": "study",
    "Label": "model",
    "Lang": "model",
    "HeightsSource": "study",
    "ObstaclesSource": "study",
    "Options": "options",
    "PlaceOptions": "options",
    "PopulationSource": "population",
    "RegisterSource": "study",
    "ReviewOptions": "options",
    "RunOptions": "options",
    "SeatsSource": "study",
    "SketchSource": "study",
    "SourceKind": "population",
    "Spread": "population",
    "StepsRule": "profiles",
    "StreetOptions": "options",
    "Study": "study",
    "WalkProfile": "profiles",
    "ZoneSource": "study",
    "build_options": "options",
    "choose": "model",
    "choose_register": "options",
    "data_dir": "model",
    "find_cache": "cache",
    "find_cutoffs_fault": "study",
    "find_headline_group": "population",
    "find_now": "clock",
    "find_walker": "profiles",
    "is_clock_fixed": "clock",
    "is_study_name": "study",
    "list_age_classes": "population",
    "list_inputs": "inputs",
    "list_needs": "categories",
    "load_categories": "categories",
    "load_category_groups": "categories",
    "load_profiles": "profiles",
    "load_study": "study",
    "parse_grid": "grid",
    "split_mapping": "options",
}

__all__ = [
    "CENSUS_YEARS",
    "COMPARISON_USUAL",
    "FORMATS",
    "HOMES",
    "LONGEST_CUTOFF_MIN",
    "USUAL",
    "AddedTable",
    "Area",
    "AreaOptions",
    "BikesSource",
    "Cache",
    "Category",
    "CategoryGroup",
    "CheckOptions",
    "ComparisonFormat",
    "ExtentOptions",
    "FacilitiesSource",
    "Format",
    "Grid",
    "GridKind",
    "HeightsSource",
    "Label",
    "Lang",
    "ObstaclesSource",
    "Options",
    "PlaceOptions",
    "PopulationSource",
    "RegisterSource",
    "ReviewOptions",
    "RunOptions",
    "SeatsSource",
    "SketchSource",
    "SourceKind",
    "Spread",
    "StepsRule",
    "StreetOptions",
    "Study",
    "WalkProfile",
    "ZoneSource",
    "build_options",
    "choose",
    "choose_register",
    "data_dir",
    "find_cache",
    "find_cutoffs_fault",
    "find_headline_group",
    "find_now",
    "find_walker",
    "is_clock_fixed",
    "is_study_name",
    "list_age_classes",
    "list_inputs",
    "list_needs",
    "load_categories",
    "load_category_groups",
    "load_profiles",
    "load_study",
    "parse_comparison_formats",
    "parse_formats",
    "parse_grid",
    "split_mapping",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"access15.config.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'access15.config' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
