"""The map that QGIS opens from results.gpkg: its document, and the real QGIS with it."""

from __future__ import annotations

import io
import json
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyogrio
import pytest
from builders.paths import TESTS_FOLDER
from builders.qgis import run_script
from builders.run import make_result

from access15.config import Lang
from access15.outputs.tables.project import build_project, render_project
from access15.outputs.tables.run import write_tables
from access15.results.run import RunResult


@pytest.fixture(scope="module")
def result() -> RunResult:
    return make_result()


@pytest.fixture(scope="module")
def folder(result: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("project")
    write_tables(result, made, formats=("gpkg",), lang="it")
    return made


def read_project(package: Path) -> tuple[str, ET.Element]:
    with closing(sqlite3.connect(package)) as database:
        ((name, about, content),) = database.execute("SELECT * FROM qgis_projects").fetchall()
    assert set(json.loads(about)) == {"last_modified_time", "last_modified_user"}
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(content))) as packed:
        (document,) = packed.namelist()
        assert document.endswith(".qgs")
        return name, ET.fromstring(packed.read(document))  # noqa: S314


def test_the_project_is_kept_as_qgis_keeps_it(result: RunResult, folder: Path) -> None:
    name, root = read_project(folder / "results.gpkg")
    assert name == result.study.name
    assert root.findtext("title") == name
    assert root.findtext("properties/Paths/Absolute") == "false"
    sources = [one.text or "" for one in root.iterfind("projectlayers/maplayer/datasource")]
    assert len(sources) == 11
    assert all(text.startswith("./results.gpkg|layername=") for text in sources)


def test_every_layer_finds_its_rows_with_its_own_sql(folder: Path) -> None:
    _, root = read_project(folder / "results.gpkg")
    counts = {}
    with closing(sqlite3.connect(folder / "results.gpkg")) as database:
        for layer in root.iterfind("projectlayers/maplayer"):
            table, _, where = (
                (layer.findtext("datasource") or "")
                .partition("|layername=")[2]
                .partition("|subset=")
            )
            query = f'SELECT count(*) FROM "{table}" WHERE {where or 1}'  # noqa: S608
            (counts[layer.findtext("id")],) = database.execute(query).fetchone()
    places = ("hubs", "places", "other_places", "uncertain_places")
    n_places = len(pyogrio.read_dataframe(folder / "results.gpkg", layer="facilities"))
    assert sum(counts[f"access15_{name}"] for name in places) == n_places, "each place once"
    assert counts["access15_hubs"] == 2
    zones = pyogrio.read_dataframe(folder / "results.gpkg", layer="coverage_by_zone")
    assert counts["access15_zones"] == len(zones[["area", "zone"]].drop_duplicates())


@pytest.mark.parametrize("lang", ["it", "en"])
def test_a_theme_for_every_walker(result: RunResult, lang: Lang) -> None:
    root = ET.fromstring(render_project(build_project(result, lang), "results.gpkg"))  # noqa: S314
    presets = root.findall("visibility-presets/visibility-preset")
    walkers = [profile.label.in_lang(lang) for profile in result.profiles.values()]
    assert [one.get("name") for one in presets] == walkers
    styles = {
        layer.findtext("id"): [
            style.get("name") for style in layer.iterfind("map-layer-style-manager/map-layer-style")
        ]
        for layer in root.iterfind("projectlayers/maplayer")
    }
    for theme in presets:
        seen = {layer.get("id"): layer.get("style") for layer in theme.iterfind("layer")}
        assert all(style in styles[name] for name, style in seen.items())
        assert seen["access15_service_areas"] == theme.get("name")
    trees = root.findall("layer-tree-group/layer-tree-group")
    assert {one.get("checked") for one in trees} == {"Qt::Checked"}
    hidden = {
        one.get("id")
        for one in root.iter("layer-tree-layer")
        if one.get("checked") == "Qt::Unchecked"
    }
    assert {"access15_other_places", "access15_residents", "access15_closed_doors"} <= hidden


def test_walkers_of_one_name_have_themes_of_their_own(result: RunResult) -> None:
    first, second = list(result.profiles)[:2]
    same = result.profiles[second].model_copy(update={"label": result.profiles[first].label})
    themes = build_project(replace(result, profiles={**result.profiles, second: same}), "en").themes
    assert themes[first] != themes[second]
    assert len(set(themes.values())) == len(result.profiles)


def test_the_same_run_writes_the_same_bytes(
    result: RunResult, folder: Path, tmp_path: Path
) -> None:
    write_tables(result, tmp_path, formats=("gpkg",), lang="it")
    assert (tmp_path / "results.gpkg").read_bytes() == (folder / "results.gpkg").read_bytes()


def test_names_from_data_are_text(result: RunResult) -> None:
    name = "<b>\"'&%1"
    study = result.study.model_copy(update={"name": name})
    project = build_project(replace(result, study=study), "it")
    root = ET.fromstring(render_project(project, "results.gpkg"))  # noqa: S314
    assert root.findtext("title") == name


@pytest.mark.qgis
def test_it_opens_in_qgis(result: RunResult, folder: Path, tmp_path: Path) -> None:
    """Moved elsewhere, it is still a map, drawn for every walker."""
    moved = tmp_path / "elsewhere" / "results.gpkg"
    moved.parent.mkdir()
    moved.write_bytes((folder / "results.gpkg").read_bytes())
    script = TESTS_FOLDER / "tools" / "open_in_qgis.py"
    seen = run_script(script, str(moved), str(tmp_path / "drawn"))
    assert seen["is_read"]
    assert not seen["error"]
    assert seen["title"] == result.study.name
    assert seen["crs"] == "EPSG:32632"
    walkers = [profile.label.in_lang("it") for profile in result.profiles.values()]
    assert len(seen["layers"]) == 11
    for layer in seen["layers"]:
        assert layer["is_valid"], layer
        assert layer["rules"], layer
        assert layer["id"].startswith("access15_"), layer
        assert layer["source"].startswith(str(moved)), layer
        assert layer["styles"] in (["access15"], sorted(walkers)), layer
    assert sorted(seen["themes"]) == sorted(walkers)
    opened = {"Il luogo da raggiungere", "Confini dei quartieri"}
    for theme, drawn in seen["themes"].items():
        assert set(drawn["layers"]) == opened | {"Zone raggiunte a piedi"}
        assert set(drawn["styles"]) == {"access15", theme}
        assert drawn["colours"] > 3, "signs, bands and streets on white"
        assert (tmp_path / "drawn" / f"{theme}.png").stat().st_size > 0


def test_without_hubs_the_kind_that_stands_in_is_shown(result: RunResult) -> None:
    study = result.study.model_copy(
        update={"areas": tuple(one.model_copy(update={"hubs": ()}) for one in result.study.areas)}
    )
    areas = {
        key: replace(area, area=area.area.model_copy(update={"hubs": ()}))
        for key, area in result.areas.items()
    }
    kind = study.hub_stand_in
    assert kind is not None
    project = build_project(replace(result, study=study, areas=areas), "it")
    hubs = project.groups[0].sheets[0]
    assert f"\"category\" IN ('{kind}')" in hubs.where
    (style,) = hubs.styles.values()
    assert [rule.label for rule in style.rules] == [result.categories[kind].label.it]
