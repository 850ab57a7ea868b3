"""`access15 site` with objectives and rules: what is sought, what is kept, and what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders.command_line import call
from builders.small_town import write_town

import access15
from access15.testing import assert_table, read_table

CUTOFF = ("--cutoff", "2.5", "--worlds", "0", "--area", "west")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    write_town(folder)
    return folder


def site_of(capsys: pytest.CaptureFixture[str], town: Path, out: Path, *words: object) -> str:
    given = ("site", town / "town.toml", "--osm", town / "town.osm", "--offline", "-o", out)
    done = call(capsys, *given, "--category", "csrc", *CUTOFF, "--lang", "en", *words)
    assert done.code == 0, done.err
    for name in ("site_curve", "sites", "site_alternatives", "site_streets"):
        assert_table(read_table(out / f"{name}.csv", name), name)
    return " ".join(done.out.split())


def count_after(town: Path, *proposals: Path) -> list[float]:
    """People of the headline within the cutoff by each proposal, as `compare` counts them."""
    found = access15.compare(list(proposals), study=town / "town.toml", osm=town / "town.osm")
    own = found.coverage.query(
        "zone == 'all' and profile == 'older_adult' and category == 'csrc'"
        " and group == 'age_65_plus'"
    )
    return list(own["after"])


def test_places_of_today_that_move_are_proposed_gone_and_compare_counts_the_same(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sites"
    told = site_of(capsys, town, out, "--new", "2", "--free-existing")
    curve = pd.read_csv(out / "site_curve.csv")
    assert curve["n_sites"].tolist() == [0, 0, 1, 2]
    assert curve["is_today"].tolist() == [True, False, False, False]
    assert curve["n_leave"].tolist() == [0, 1, 1, 1]
    assert curve["is_proven"].all()
    assert (curve["within"] - curve["within"].iloc[0]).to_numpy() == pytest.approx(
        (curve["gained"] - curve["lost"]).to_numpy(), abs=0.011
    )
    assert (curve["most"] - curve["gained"] + curve["lost"]).abs().max() < 0.02
    assert "hall-west, Via west 1. Does not stay where it is today." in told
    sites = pd.read_csv(out / "sites.csv")
    assert set(sites["change"]) == {"new", "leaves"}
    one = json.loads((out / "west_1.geojson").read_text(encoding="utf-8"))
    changes = [feature["properties"]["change"] for feature in one["features"]]
    assert changes == ["add_facility", "add_facility", "remove_facility"]
    files = [out / f"west_{n}.geojson" for n in (0, 1, 2)]
    assert count_after(town, *files) == pytest.approx(curve["within"].iloc[1:].tolist(), abs=0.006)
    # a smaller question later: no proposal of the one before stays beside it
    (out / "west_plan.geojson").write_text("{}")
    (out / "west_7.geojson").write_text((out / "west_1.geojson").read_text("utf-8"), "utf-8")
    site_of(capsys, town, out, "--new", "1", "--free-existing", "--no-losers")
    left = {path.name for path in out.glob("west_*.geojson")}
    assert left == {"west_0.geojson", "west_1.geojson", "west_plan.geojson", "west_7.geojson"}
    curve = pd.read_csv(out / "site_curve.csv")
    assert (curve["lost"] == 0).all()
    files = [out / "west_1.geojson"]
    assert count_after(town, *files) == pytest.approx([curve["within"].iloc[-1]], abs=0.006)


def test_least_average_and_least_worst_walk(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--new", "2", "--objective", "average", "--worlds", "32")
    told = site_of(capsys, town, tmp_path / "a", *asked)
    assert "Sought: the least average walk" in told
    average = pd.read_csv(tmp_path / "a" / "site_curve.csv")
    assert average["is_proven"].all()
    more = average[~average["is_today"]]
    assert more["mean_min"].tolist() == pytest.approx(more["least_mean_min"].tolist(), abs=1e-3)
    assert average["mean_min"].is_monotonic_decreasing
    assert more[["most", "greedy", "least_worst_min"]].isna().all(axis=None)
    asked = ("--new", "2", "--objective", "worst", "--worlds", "32")
    told = site_of(capsys, town, tmp_path / "b", *asked)
    assert "Sought: the least worst walk" in told
    worst = pd.read_csv(tmp_path / "b" / "site_curve.csv")
    more = worst[~worst["is_today"]]
    assert more["worst_min"].tolist() == pytest.approx(more["least_worst_min"].tolist(), abs=1e-3)
    assert (worst["worst_min"] <= average["worst_min"] + 1e-9).all()
    assert (average["mean_min"] <= worst["mean_min"] + 1e-9).all()
    assert "no other place in its stead makes the longest walk over 1% shorter" in told
    assert "drawn worlds no exchange of one place makes the longest walk over 1% shorter" in told
    for name, curve in (("a", average), ("b", worst)):
        assert (curve["n_anew"] == np.where(curve["is_today"], 0, 32)).all()
        for which in ("mean", "worst"):
            assert (curve[f"{which}_low_min"] < curve[f"{which}_high_min"]).all()
        more, sites = curve[~curve["is_today"]], pd.read_csv(tmp_path / name / "sites.csv")
        least = sites.groupby(["area", "n_sites"])["stays_best"].min()
        assert (more["stays_best"].to_numpy() <= least.to_numpy()).all()
        one = more["n_sites"] == 1
        assert more["stays_best"][one].tolist() == least.xs(1, level="n_sites").tolist()
        row = more.iloc[0]
        ranged = (
            f"{row['mean_min']:.1f} minutes ({row['mean_low_min']:.1f}-{row['mean_high_min']:.1f})"
        )
        page = (tmp_path / name / "west_sites.html").read_text(encoding="utf-8")
        assert ranged in page.replace("\N{NO-BREAK SPACE}", " ")
    # with nobody worse off, every walk of today is kept or shortened
    words = ("--new", "1", "--objective", "average", "--free-existing", "--no-losers")
    told = site_of(capsys, town, tmp_path / "c", *words)
    assert "no worlds are drawn where places of today may move" in told
    kept = pd.read_csv(tmp_path / "c" / "site_curve.csv")
    assert (kept["worst_min"] <= kept["worst_min"].iloc[0]).all()
    assert (kept["mean_min"] <= kept["mean_min"].iloc[0]).all()
    assert (kept["lost"] == 0).all()


def test_fewest_places_for_a_share_and_floors(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = site_of(capsys, town, tmp_path / "a", "--objective", "enough", "--share", "0.5")
    curve = pd.read_csv(tmp_path / "a" / "site_curve.csv")
    assert "Sought: the fewest places for 50%" in told
    assert "With 3 more places the share asked for (50%) is reached" in told
    assert "Fewer than 3 are not enough: proven" in told
    assert curve["share"].iloc[-1] >= 0.5 > curve["share"].iloc[-2]
    told = site_of(capsys, town, tmp_path / "b", "--new", "3", "--floor", "each=0,5")
    assert "More places with which no choice keeps them: 1, 2" in told
    floored = pd.read_csv(tmp_path / "b" / "site_curve.csv")
    assert floored["n_sites"].tolist() == [0, 3]
    assert floored["share"].iloc[-1] == pytest.approx(curve["share"].iloc[-1])


def write_plots(town: Path, path: Path, rules: list[str], header: str) -> None:
    """The first rows of what corners gain, as plots with rules."""
    points = [(45.4341788, 9.1815443), (45.4359790, 9.1815498), (45.4341744, 9.1841014)]
    rows = [
        f"p{i},{lat},{lon},{rule}"
        for i, ((lat, lon), rule) in enumerate(zip(points, rules, strict=True))
    ]
    path.write_text("\n".join([f"id,lat,lon,{header}", *rows, ""]), encoding="utf-8")


def test_plots_that_must_be_chosen_may_not_be_or_take_only_so_many(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plots = tmp_path / "plots.csv"
    write_plots(town, plots, ["no,lot,", "SÌ,lot,", "no,,"], "obbligatorio,solo_uno_di,escluso")
    site_of(capsys, town, tmp_path / "a", "--new", "3", "--candidates", plots)
    sites = pd.read_csv(tmp_path / "a" / "sites.csv")
    # p1 must be there, so that p0 may not; p2 comes second
    assert [set(own["candidate"]) for _, own in sites.groupby("n_sites")] == [{"p1"}, {"p1", "p2"}]
    write_plots(town, plots, ["10", "", "5.5"], "capienza")
    site_of(capsys, town, tmp_path / "b", "--new", "2", "--candidates", plots)
    curve = pd.read_csv(tmp_path / "b" / "site_curve.csv")
    sites = pd.read_csv(tmp_path / "b" / "sites.csv")
    first = sites[sites["n_sites"] == 1].iloc[0]
    assert first["candidate"] == "p1"  # the others reach more people, and have no room for them
    today, one, two = (curve.iloc[i] for i in range(3))
    assert one["with_room"] - today["with_room"] == pytest.approx(first["gained"], abs=0.02)
    assert two["with_room"] - one["with_room"] == pytest.approx(10.0, abs=0.02)
    assert curve["is_proven"].all()
    assert (
        two["counted"]
        == pytest.approx(two["most"])
        == pytest.approx(first["gained"] + 10, abs=0.02)
    )


def test_weights_decide_and_people_stay_people(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = tmp_path / "frailty.csv"
    weights.write_text("zona;peso\nwest;2,5\nelsewhere;1\n", encoding="utf-8")
    told = site_of(capsys, town, tmp_path / "a", "--weights", weights)
    curve = pd.read_csv(tmp_path / "a" / "site_curve.csv")
    assert (curve["weighted"] - 2.5 * curve["within"]).abs().max() < 0.02
    assert (curve["counted"] - 2.5 * curve["gained"]).abs().max() < 0.02
    assert (curve["most"] - curve["counted"]).abs().max() < 0.02
    assert "In the search everybody counts what their zone weighs" in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--objective", "fast"), "objective 'fast' is not known; known are cover, average, worst"),
        (("--objective", "worst", "--share", "0.9"), "a share that is enough says nothing of"),
        (("--no-losers",), "--no-losers asks nothing where places of today stay; add"),
        (("--floor", "west"), "floor 'west' cannot be read; write ZONE=SHARE, GROUP=SHARE or"),
        (("--floor", "west=x"), "floor 'west=x' cannot be read"),
        (("--floor", "west=40"), "the share of floor 'west' is 40; give a number above 0"),
        (("--floor", "north=0.4"), "floor 'north' names no zone and no group; zones are west"),
        (("--floor", "west=0.1", "--floor", "west=0.2"), "floor 'west' is given twice; keep one"),
        (
            ("--floor", "each=0.9"),
            "age_65_plus in zone west: at most 33.3% is reached with 1 more, the floor is 90.0%",
        ),
        (("--free-existing", "--new", "-1"), "-1 more places are asked for; give a number from 0"),
        (("--objective", "worst", "--weights", "w.csv"), "weights do not change the longest walk"),
        (("--weights", "gone.csv"), "gone.csv"),
    ],
)
def test_what_cannot_be_asked(
    town: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    message: str,
) -> None:
    out, osm = tmp_path / "out", town / "town.osm"
    given = ("site", town / "town.toml", "--osm", osm, "--category", "csrc", *CUTOFF, "-o", out)
    done = call(capsys, *given, *words)
    assert done.code == 2
    assert message in done.err
    assert "Traceback" not in done.err
    assert not out.exists()


HEAD = "id,lat,lon,required,excluded,only_one_of,capacity"
POINT = "45.4341788,9.1815443"


@pytest.mark.parametrize(
    ("rows", "messages"),
    [
        (
            [f"a,{POINT},maybe,,,", f"b,{POINT},,2,,"],
            ["row 2: required is 'maybe'; write yes or no", "row 3: excluded is '2'; write yes or"],
        ),
        ([f"a,{POINT},yes,yes,,"], ["the candidate is required and excluded; write yes in one"]),
        (
            [f"a,{POINT},yes,,x,", f"b,{POINT},sì,,x,"],
            ["two required candidates are only one of 'x' (also row 2); require one of them"],
        ),
        ([f"a,{POINT},,,,-3"], ["the capacity is '-3'; write a number of people above 0"]),
        ([f"a,{POINT},,,,0"], ["the capacity is '0'; write a number of people above 0"]),
        (["a,,,yes,,,", f"b,{POINT},,,,"], ["the candidate is required and has no point; add lat"]),
        ([f"a,{POINT},,yes,,"], ["no candidate with a point is left; write no in excluded"]),
        (["a,45.9,9.9,yes,,,"], ["required candidates that are in no neighbourhood, or too far"]),
        (
            [f"a,{POINT},yes,,,", f"b,{POINT},yes,,,"],
            ["required candidates: 2, more places asked for: 1; ask for more with --new"],
        ),
    ],
)
def test_bad_plots(
    town: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    rows: list[str],
    messages: list[str],
) -> None:
    plots, out = tmp_path / "plots.csv", tmp_path / "out"
    plots.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    given = ("site", town / "town.toml", "--osm", town / "town.osm", "--category", "csrc")
    done = call(capsys, *given, *CUTOFF, "--candidates", plots, "-o", out)
    assert done.code == 2
    for message in messages:
        assert message in done.err
    assert not out.exists()


def test_capacities_say_nothing_of_minutes(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plots = tmp_path / "plots.csv"
    plots.write_text(f"{HEAD}\na,{POINT},,,,9\n", encoding="utf-8")
    given = ("site", town / "town.toml", "--category", "csrc", "--candidates", plots)
    done = call(capsys, *given, "--objective", "average", "-o", tmp_path / "out")
    assert done.code == 2
    assert "capacities of candidates say who finds room, not how long anybody walks" in done.err


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "zone_id,weight\nwest,x\nwest,1\n",
            ["row 2: the weight is 'x'", "zone 'west' is in row 2"],
        ),
        ("zone_id,weight\neast,1\n", ["zones west are missing; add a row for each"]),
        ("zone_id,weight\nwest,0\n", ["all zones asked for weigh 0, so that nobody counts"]),
        ("zone,number\nwest,1\n", ["one column weight is needed; the columns are zone, number"]),
        ("zone,zona,peso\nwest,west,1\n", ["one column zone_id is needed; the columns are"]),
        ("zone_id,weight\n", ["w.csv"]),
    ],
)
def test_bad_weights(
    town: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    messages: list[str],
) -> None:
    weights = tmp_path / "w.csv"
    weights.write_text(text, encoding="utf-8")
    given = ("site", town / "town.toml", "--osm", town / "town.osm", "--category", "csrc")
    done = call(capsys, *given, *CUTOFF, "--weights", weights, "-o", tmp_path / "out")
    assert done.code == 2
    for message in messages:
        assert message in done.err
    assert weights.read_text() == text
