"""The session page: the door of a hub, or of a place of the kind that is chosen, is drawn, dragged,
kept in the file, and counted as Python does.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from builders.session_steps import changes, door, shown_numbers, sign
from playwright.sync_api import Page, expect

from access15.outputs.words.numbers import format_number
from access15.results.run import RunResult
from access15.sources.proposals.files import read_proposals
from access15.workflows.compare import compare

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.mark.parametrize(
    ("target", "name", "facility_id"),
    [("hub", "Boifava", "cam-04"), ("library", "Biblioteca Chiesa Rossa", "library-03")],
)
def test_a_door_moves_and_its_place_stays(
    page: Page, today: RunResult, tmp_path: Path, target: str, name: str, facility_id: str
) -> None:
    expect(door(page, "Biblioteca Chiesa Rossa")).to_have_count(0)
    page.locator("#target").select_option(target)
    handle = door(page, name)
    place = sign(page, name).bounding_box()
    for _ in range(8):
        handle.focus()
        page.keyboard.press("Shift+ArrowRight")
    (change,) = changes(page)
    assert (change["change"], change["facility_id"]) == ("set_door", facility_id)
    expect(page.locator("#changes")).to_contain_text("Porta altrove")
    assert sign(page, name).bounding_box() == place
    # the file says it, and Python counts the same people
    with page.expect_download() as caught:
        page.locator("#save").click()
    path = tmp_path / "door.json"
    caught.value.save_as(path)
    (proposal,) = read_proposals(path)
    assert [one.kind for one in proposal.changes] == ["set_door"]
    found = compare(proposal, result=today, quiet=True).coverage
    is_shown = (found["zone"] == "all") & (found["category"] == target)
    is_own = found["profile"] == found["group"].map(today.study.own_profile)
    table = found[is_shown & is_own].set_index(["group", "cutoff_min"])
    n_moved = 0
    for (group, number), told in shown_numbers(page).items():
        row = table.loc[group, today.cutoffs_min[number]]
        before, after = round(float(row["before"])), round(float(row["after"]))
        assert told[:2] == [format_number(before, "it"), format_number(after, "it")]
        n_moved += before != after
    assert n_moved > 0, "the door is moved too little to matter"
    # as today again
    handle.focus()
    page.keyboard.press("Delete")
    assert changes(page) == []
