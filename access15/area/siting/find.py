"""The best places for more of one kind in one neighbourhood, looked for and told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from access15.area.siting.account import Account
from access15.area.siting.answers import Answer, answer_all, list_faults
from access15.area.siting.candidates import Candidates
from access15.area.siting.look import Look
from access15.area.siting.others import NEARLY
from access15.area.siting.parts import are_too_many
from access15.area.siting.question import AreaSites, SiteQuestion
from access15.area.siting.tables import Tables
from access15.remarks import Remark
from access15.results.run import AreaResult


def find_area_sites(
    area: AreaResult,
    asked: SiteQuestion,
    candidates: Candidates,
    *,
    tell: Callable[[int, float, float], None],
) -> AreaSites:
    """Choose among candidates, for one more place and for more of them, with what that brings.

    `tell` hears the number of places, what always choosing the best next one comes to, and what no
    choice is better than, before that is proven.
    """
    look = Look(area, asked, candidates)
    # 1. One place after another is asked for anew: the best two need not have the best one in them.
    answers = answer_all(look, tell)
    faults = list_faults(look, answers)
    answers = [one for one in answers if not one.fault]
    tables = Tables(look, answers)
    alternatives = tables.tabulate_alternatives()
    # 2. How sure that is, and who stays out. Worlds are drawn with all places of today.
    choices = [one.places[one.places < look.n_new] for one in answers]
    worlds, notes = _ask_worlds(look)
    account = Account(area, worlds, candidates, choices)
    curve, sites = account.add_ranges(
        tables.tabulate_curve(),
        tables.tabulate_sites(),
        nearly=NEARLY,
        longest_s=None if asked.is_by_reach else look.longest_s,
    )
    if look.has_rules or look.room is not None or asked.weights:
        # asked of what is sought without rules alone
        curve, sites = curve.assign(stays_best=np.nan, n_anew=0), sites.assign(stays_best=np.nan)
    sites = account.add_served(sites, alternatives)
    last = answers[-1] if answers else Answer(0, look.today, 0.0, 0.0, is_proven=True)
    gone = look.moving[~np.isin(look.today, last.places)]
    return AreaSites(
        curve=curve,
        sites=_join(sites, tables.tabulate_moves()),
        alternatives=alternatives,
        streets=tables.tabulate_streets(),
        left_out=account.tabulate_left_out(last.n, look.find_seconds(last.places), gone),
        gain_streets=account.tabulate_gain_streets(look.gains),
        faults=faults,
        notes=notes,
    )


def _ask_worlds(look: Look) -> tuple[SiteQuestion, tuple[Remark, ...]]:
    """The question without worlds where places of today may move, or where candidates and homes
    are too many, which is said.
    """
    asked, area = look.asked, look.area
    no_worlds = replace(asked, n_worlds=0)
    if asked.is_free or area.walkers[asked.profile].profile.needs_seat:
        return no_worlds, ()
    if not asked.n_worlds or not are_too_many(look.n_new, len(look.people)):
        return asked, ()
    told = Remark("remark_no_worlds", area=area.area.name, n=look.n_new, n_homes=len(look.people))
    return no_worlds, (told,)


def _join(new: gpd.GeoDataFrame, moves: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sites of every choice: the new ones, then those of today."""
    if not len(moves):
        return new
    moves = moves.reindex(columns=new.columns).assign(serves="")
    joined = pd.concat([new, moves]).sort_values(["n_sites", "site"], kind="stable")
    return gpd.GeoDataFrame(joined.reset_index(drop=True), geometry="geometry", crs=moves.crs)
