"""The session page tells the truth: limits, reasons, whose walk, signs and key, and what no longer
holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from builders.browser import Opened
from builders.modules import ask_module
from builders.session_steps import (
    AREA,
    NEW_PLACE,
    STATE,
    ZOOMED,
    at,
    changes,
    choose,
    places,
    press,
    shown_numbers,
    sign,
    use,
    with_obstacles,
)
from playwright.sync_api import Page, expect

import access15
from access15.outputs.pages.session import render_session
from access15.outputs.words.findings import Findings
from access15.outputs.words.sentences import describe_unknown
from access15.outputs.words.texts import load_texts
from access15.results.run import RunResult
from access15.sources.proposals.files import read_proposals

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

ASSETS = Path(access15.__file__).parent / "web"
# as many changes and notes as one proposal can have, each in its own place
FILL = """([lon, lat]) => {
  const { edits } = access15_session;
  let doc = access15_session.history.now;
  for (let i = 0; i < 205; i += 1) {
    doc = edits.addChange(doc, { change: "add_facility", name: `${i}`, category: "hub", lon: lon + 1e-5 * i, lat });
  }
  for (let i = 0; i < 205; i += 1) doc = edits.addNote(doc, { text: `${i}`, lon, lat: lat + 1e-5 * i });
  access15_session.actions.commit(doc);
}"""
HUB_PLACE = """() => {
  const { lon, lat } = access15_session.data.facilities.find((one) => one.hub);
  return [lon, lat];
}"""
N_OF_EACH = (
    "() => [access15_session.history.active.changes.length, "
    "access15_session.history.active.notes.length]"
)


def save(page: Page, path: Path) -> Path:
    with page.expect_download() as download:
        page.locator("#save").click()
    download.value.save_as(path)
    return path


def collection(*features: object, **head: object) -> str:
    stated = {"format": "access15-proposal", "version": 1, "study": "milano", "area": AREA, **head}
    return json.dumps({"type": "FeatureCollection", "access15": stated, "features": features})


def write_note(page: Page, place: tuple[float, float], text: str) -> None:
    use(page, "note", place)
    page.locator("#note-input").fill(text)
    press(page, "note-dialog", "done")


# --- a file that is saved can be opened


def test_no_more_is_taken_than_a_file_can_hold(page: Page, tmp_path: Path) -> None:
    page.evaluate(FILL, list(NEW_PLACE))
    assert page.evaluate(N_OF_EACH) == [200, 200]
    for tool, sentence in (
        ("add", "200 modifiche"),
        ("close", "200 modifiche"),
        ("note", "200 note"),
    ):
        page.locator(f"[data-tool={tool}]").click()
        expect(page.locator("#said")).to_contain_text(f"Ci sono già {sentence}")
        expect(page.locator("#at-centre")).to_be_hidden()
    state = page.evaluate(STATE)
    sign(page, "Boifava").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#said")).to_contain_text("200 modifiche")
    page.keyboard.press("Delete")
    assert page.evaluate(STATE) == state
    page.locator("#copy").click()
    assert page.evaluate(N_OF_EACH) == [200, 200]
    path = save(page, tmp_path / "full.geojson")
    assert [len(one.changes) for one in read_proposals(path)] == [200, 200]
    page.locator("#file").set_input_files(path)
    # two hundred places joined to their streets: seconds, where the machine is busy
    expect(page.locator("#said")).to_contain_text("2 proposte", timeout=30_000)


def test_a_file_too_large_to_be_opened_is_not_saved(page: Page) -> None:
    page.evaluate(
        """([lon, lat]) => {
          const { edits } = access15_session;
          let doc = access15_session.history.now;
          for (let i = 0; i < 6; i += 1) {
            if (i) doc = edits.addProposal(doc, `P${i}`);
            for (let k = 0; k < 200; k += 1) doc = edits.addNote(doc, { text: "\u6f22".repeat(500), lon, lat });
          }
          access15_session.actions.commit(doc);
        }""",
        list(NEW_PLACE),
    )
    page.locator("#save").click()
    expect(page.locator("#said")).to_contain_text("non è salvato")
    assert page.evaluate("access15_session.history.isSaved()") is False


def test_half_a_sign_is_not_kept(page: Page, tmp_path: Path) -> None:
    page.evaluate(
        """([lon, lat]) => access15_session.actions.commit(access15_session.edits.addNote(
          access15_session.history.now, { text: "buio\\ud83d", lon, lat }))""",
        list(NEW_PLACE),
    )
    (proposal,) = read_proposals(save(page, tmp_path / "half.geojson"))
    assert proposal.notes[0].text == "buio"


def test_the_page_takes_places_as_far_out_as_the_file_does(page: Page, tmp_path: Path) -> None:
    inside = page.evaluate(
        """() => {
          const { session, data } = access15_session.model;
          const { lat } = data.facilities[0];
          let lon = data.facilities[0].lon;
          while (session.toMetres(lon, lat)[0] > session.box.west - 280) lon -= 0.0001;
          let far = lon;
          while (session.toMetres(far, lat)[0] > session.box.west - 310) far -= 0.0001;
          const isInside = (right) => access15_session.model.isInside({ lon: right, lat });
          const { edits } = access15_session;
          access15_session.actions.commit(edits.addNote(access15_session.history.now, { text: "qui", lon, lat }));
          return [isInside(lon), isInside(far)];
        }"""
    )
    assert inside == [True, False]
    path = save(page, tmp_path / "far.geojson")
    page.locator("#file").set_input_files(path)
    expect(page.locator("#said")).to_have_text(
        re.compile("Aperto il file far.geojson: una proposta")
    )


# --- reasons


def codes() -> set[str]:
    """Everything that `core/proposal.js` refuses a file for."""
    code = (ASSETS / "core/proposal.js").read_text(encoding="utf-8")
    found = set(re.findall(r"""refuse\("(\w+)\"""", code))
    fault = code[code.index("const faultOf") : code.index("const isInside")]
    found |= {
        one
        for pair in re.findall(r"""return "(\w+)";|"(outside)";""", fault)
        for one in pair
        if one
    }
    for needs in re.findall(r"needs: \[([^\]]*)\]", code):
        found |= {f"no_{name}" for name in re.findall(r"\w+", needs)}
    problems = re.findall(r"""problems\.push\(\{ code: "(\w+)\"""", code)
    return found | set(problems) | {"unknown_proposal"}


def test_every_reason_to_refuse_or_warn_has_its_sentence() -> None:
    found = codes()
    assert len(found) == 26
    assert {
        "wrong_id",
        "too_many_notes",
        "unknown_category",
        "changed_twice",
        "no_text",
        "same_place",
    } <= found
    assert [code for code in sorted(found) if f"session_refused_{code}" not in load_texts()] == []
    code = (ASSETS / "core/proposal.js").read_text(encoding="utf-8")
    warned = set(re.findall(r"""warnings\.push\(\{ code: "(\w+)\"""", code))
    assert warned == {"unknown_facility", "other_network", "other_moment", "other_cutoffs"}
    assert [code for code in sorted(warned) if f"session_warned_{code}" not in load_texts()] == []
    streets = (ASSETS / "core/change/changes.js").read_text(encoding="utf-8")
    problems = set(re.findall(r""""(no_\w+|too_\w+)\"""", streets))
    assert problems >= {"no_street", "no_steps", "no_kerb", "too_long", "too_short"}
    assert [
        code for code in sorted(problems) if f"session_problem_{code}" not in load_texts()
    ] == []


def test_a_refusal_names_the_item_and_no_jargon(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "wrong.geojson"
    geometry = {"type": "Point", "coordinates": NEW_PLACE}
    properties = {"change": "add_facility", "name": "x", "category": "castle"}
    path.write_text(
        collection({"type": "Feature", "geometry": geometry, "properties": properties}),
        encoding="utf-8",
    )
    for lang, item in (("it", "la voce 1"), ("en", "item 1")):
        choose(page, "language", lang)
        page.locator("#file").set_input_files(path)
        expect(page.locator("#said")).to_contain_text(item)
        assert "unknown_category" not in (page.locator("#said").text_content() or "")


def test_what_is_unknown_is_told_with_its_own_reason(
    start: Callable[..., Opened], today: RunResult, page: Page
) -> None:
    moment = access15.run(
        "milano", areas=[AREA], offline=True, at=datetime.fromisoformat("2026-11-24T10:00")
    )
    reasons = set()
    for result, shown in ((today, page), (moment, start(text=render_session(moment, AREA)).page)):
        for lang in ("it", "en"):
            choose(shown, "language", lang)
            findings = Findings(result, AREA, lang)  # type: ignore[arg-type]
            for target in result.categories:
                if findings.area.is_known(target):
                    continue
                choose(shown, "target", target)
                told = shown.locator("#headline").text_content() or ""
                reason = describe_unknown(findings, "adult", target)
                assert told == f"{reason[0].upper()}{reason[1:]}."
                reasons.add(re.sub(r"\d+", "n", reason))
        choose(shown, "target", "hub")
    assert len(reasons) >= 6, "three reasons in two languages"
    choose(shown, "language", "it")
    expect(shown.locator("#result")).to_contain_text("alle 10:00 di martedì")
    shown.locator("#new-proposal").click()
    shown.locator(".proposals .compare").click()
    expect(shown.locator("#compare-what")).to_contain_text("alle 10:00 di martedì")


# --- whose walk, on what


def test_groups_that_are_spread_alike_are_one_finding(page: Page, today: RunResult) -> None:
    """Those of one share are one row, counted of its first group; each of the others is named."""
    findings = Findings(today, AREA, "it")
    for pace, is_own in (("own", True), ("one", False)):
        choose(page, "pace", pace)
        lines = findings.list_lines(by_pace=is_own)
        chosen = "age_65_plus"
        counted = [chosen if chosen in line else line[0] for line in lines]
        assert [group for group, number in shown_numbers(page) if number == 2] == counted
        heads = page.locator("#numbers th[scope=rowgroup]").all_text_contents()
        assert [head.count("perché abitano allo stesso modo") for head in heads] == [
            int(len(line) > 1) for line in lines
        ]
        for line, head in zip(lines, heads, strict=True):
            assert all(findings.name_groups([group]) in head.lower() for group in line)


def test_the_headline_says_whose_walk_and_on_what(page: Page, today: RunResult) -> None:
    headline = page.locator("#headline")
    expect(headline).to_contain_text(
        "al passo di una persona anziana che cammina da sola (0,97\u00a0m/s, 3,5\u00a0km/h)"
    )
    line = page.locator("#sources-line")
    expect(line).to_contain_text(today.areas[AREA].network_info.name)
    expect(line).to_contain_text(f"Residenti: {today.study.population.year}.")
    choose(page, "profile", "frail")
    expect(headline).to_contain_text("una persona di 82 anni con il bastone (0,80")
    card = page.locator(".card").nth(2)
    expect(card.locator(".who")).to_have_text("82 anni, con il bastone")
    expect(card.locator(".pace")).to_have_text("Persona fragile, 2,9 km/h")
    page.locator(".compare.wide").click()
    expect(page.locator("#compare-what")).to_contain_text("82 anni con il bastone (0,80")
    assert "fragile" not in page.locator("#compare-dialog").inner_text()
    expect(page.locator("#compare-sources")).to_have_text(line.text_content() or "")


def test_gains_and_losses_add_up_to_what_is_shown() -> None:
    """Shown: the difference of the shown numbers; those who gain, rounded; those who lose, what is
    left.
    """
    random = np.random.default_rng(7)
    rows = []
    for scale in (1, 30, 3000):
        for _ in range(3000):
            before = random.uniform(0, scale)
            gained = random.choice([0.0, random.uniform(0, scale)])
            lost = random.choice([0.0, random.uniform(0, before)])
            rows.append([before, gained, lost, before + gained - lost])
    ends = [[one] for before, _, _, after in rows for one in (before, after)]
    whole = np.reshape(ask_module("session/text.js", "whole", ends), (-1, 2))
    differences = np.diff(whole).ravel().tolist()
    asked = [
        [row[1], row[2], difference] for row, difference in zip(rows, differences, strict=True)
    ]
    told = ask_module("session/text.js", "addUp", asked)
    shown = [
        (difference, one["gained"], one["lost"])
        for difference, one in zip(differences, told, strict=True)
    ]
    for (_, gained, lost, _), (difference, told_gained, told_lost) in zip(rows, shown, strict=True):
        assert told_gained - told_lost == difference
        assert min(told_gained, told_lost) >= 0
        assert abs(told_gained - gained) < 1.5
        assert abs(told_lost - lost) < 2
        assert lost > 0 or told_lost == 0, "nobody who does not lose is said to lose"
        assert gained > 0 or told_gained == 0


def test_the_page_s_own_sums_add_up(page: Page) -> None:
    use(page, "add", NEW_PLACE)
    sign(page, "Boifava").focus()
    page.keyboard.press("Delete")
    told = page.locator("#headline-more").text_content() or ""
    found = re.search(r"([\d.]+) guadagnano, ([\d.]+) perdono", told)
    assert found is not None
    gained, lost = (int(text.replace(".", "")) for text in found.groups())
    before, after, _ = (text for text in shown_numbers(page)["age_65_plus", 2])
    assert gained - lost == int(after.replace(".", "")) - int(before.replace(".", ""))


# --- the strip


def test_a_change_that_the_target_does_not_see_says_where_to_look(page: Page) -> None:
    use(page, "add", NEW_PLACE)
    expect(page.locator("#look-there")).to_be_hidden()
    sign(page, "Nuovo luogo").click()
    page.locator("#place-category").select_option("library")
    press(page, "place-dialog", "done")
    expect(page.locator("#said")).to_contain_text(
        "State guardando: Centro (hub). Questa modifica riguarda: Biblioteca."
    )
    page.locator("#look-there", has_text="Guardate: Biblioteca").click()
    assert page.evaluate("access15_session.store.choice.target") == "library"
    expect(page.locator("#headline-number")).to_contain_text("▲")
    expect(page.locator("#look-there")).to_be_hidden()
    sign(page, "Nuovo luogo").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#said")).to_have_text("Spostato: Nuovo luogo 1.")
    sign(page, "Boifava").focus()
    page.keyboard.press("Delete")
    expect(page.locator("#look-there")).to_have_text("Guardate: Centro (hub)")


def test_what_is_no_longer_true_goes_away(start: Callable[..., Opened]) -> None:
    page = start(is_alone=True).page
    said = page.locator("#said")
    page.locator("#vote-more").click()
    expect(said).to_have_text("Voti per Proposta A: 1.")
    page.locator("#new-proposal").click()
    expect(said).to_have_text("")
    page.locator("#vote-more").click()
    page.locator("input[name=proposal][value=p1]").check(force=True)
    expect(said).to_have_text("")
    page.locator("#vote-more").click()
    choose(page, "profile", "frail")
    expect(said).to_have_text("")
    page.clock.install()  # the page's own time: a busy machine must not let a message fade
    lasts_ms = page.evaluate("access15_session.strip.lasts_ms")
    use(page, "add", NEW_PLACE)
    page.mouse.move(20, 20)
    expect(said).to_contain_text("Aggiunto")
    page.clock.fast_forward(lasts_ms)
    expect(said).to_have_text("")
    page.locator("[data-tool=close]").click()
    page.clock.fast_forward(lasts_ms)
    expect(said).to_have_text("Toccate la strada da chiudere.")
    page.locator("#vote-more").focus()
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Voti")
    page.clock.fast_forward(lasts_ms)
    expect(said).to_have_text("Toccate la strada da chiudere.")


# --- signs, tools and the key


def test_a_tool_in_hand_is_used_on_signs_too(page: Page) -> None:
    lon, lat = page.evaluate(HUB_PLACE)
    write_note(page, (lon, lat), "qui è buio")
    (note,) = page.evaluate("access15_session.history.active.notes")
    assert (note["lon"], note["lat"]) == pytest.approx((lon, lat), abs=1e-4)
    assert changes(page) == []
    use(page, "add", (lon, lat))
    (street, *_) = places(page)
    use(page, "close", street)
    write_note(page, street, "qui la strada è chiusa")
    assert [change["change"] for change in changes(page)] == ["add_facility", "close_link"]
    assert page.evaluate("access15_session.history.active.notes.length") == 2
    page.locator("[data-tool=note]").click()
    sign(page, "De Andr").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#note-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    sign(page, "Strada chiusa").click()
    expect(page.locator("#change-dialog")).to_be_visible()


def test_notes_stand_above_what_they_are_about(page: Page) -> None:
    lon, lat = page.evaluate(HUB_PLACE)
    for text in ("bollino rosso: attraversamento", "red sticker 3", "manca una panchina rossa"):
        write_note(page, (lon, lat), text)
    _, y = at(page, lon, lat)
    seen = set()
    for number in (1, 2, 3):
        pin = page.locator(".a15-mark .pin", has_text=str(number))
        box = pin.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= y - 21, "above the sign of the hub"
        top = page.evaluate(
            "([x, y]) => document.elementFromPoint(x, "
            "y).closest('.a15-mark').getAttribute('aria-label')",
            [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
        )
        assert top.startswith(f"Nota {number}")
        seen.add(round(box["x"]))
    assert len(seen) == 3, "side by side"
    rims = page.evaluate(
        "[...document.querySelectorAll('.a15-mark .pin')].map((one) => "
        "getComputedStyle(one).borderTopColor)"
    )
    assert rims == ["rgb(211, 32, 42)", "rgb(211, 32, 42)", "rgb(26, 26, 26)"]
    expect(sign(page, "Nota 1, bollino rosso")).to_have_count(1)
    expect(sign(page, "bollino rosso").first).to_be_visible()


SIGNS = """(selector) => [...document.querySelectorAll(selector)].map((one) => {
  const style = getComputedStyle(one);
  return [one.textContent, style.backgroundColor, style.borderRadius].join(" ");
})"""


def test_the_key_shows_the_signs_of_the_map_and_says_what_they_are(page: Page) -> None:
    use(page, "add", NEW_PLACE)
    for target in ("hub", "library", "csrc"):
        choose(page, "target", target)
        on_map = set(page.evaluate(SIGNS, ".a15-mark .a15-disc"))
        in_key = set(page.evaluate(SIGNS, "#key .a15-disc:not(.is-new, .is-gone)"))
        assert on_map == in_key
    key = page.locator("#key")
    expect(key).to_contain_text("Nuovo centro (hub)")
    expect(key).to_contain_text("Centro (hub): Centro di aggregazione multifunzionale (CAM)")
    choose(page, "target", "library")
    expect(key).to_contain_text("Biblioteca")
    choose(page, "view", "difference")
    expect(key.locator(".swatch")).to_have_count(1)
    expect(key).to_contain_text("strade entro 15 minuti oggi")
    expect(key).to_contain_text("strade non più raggiunte")


def test_steps_and_kerbs_are_ringed_while_their_tool_is_on(
    start: Callable[..., Opened], today: RunResult
) -> None:
    page = start(text=render_session(with_obstacles(today), AREA)).page
    drawn = """() => {
      const canvas = document.querySelector(".leaflet-a15-candidates-pane canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value) => value > 0);
    }"""
    assert not page.evaluate(drawn)
    for tool in ("steps", "ramp"):
        page.locator(f"[data-tool={tool}]").click()
        assert page.evaluate(drawn)
        n = page.evaluate("access15_session.tools.candidates().length")
        assert n > 0
        place = page.evaluate(
            """() => {
              const { data, map, tools } = access15_session;
              const { frame } = data;
              const [x, y] = tools.candidates()[0].place;
              const point = L.point(frame.west + frame.unit * x, frame.north - frame.unit * y);
              const { lat, lng } = L.Projection.SphericalMercator.unproject(point);
              map.setView([lat, lng], 17, { animate: false });
              return [lng, lat];
            }"""
        )
        page.mouse.click(*at(page, *place))
        assert not page.evaluate(drawn)
        page.locator(f"[data-tool={tool}]").click()
        assert page.evaluate("access15_session.tools.candidates().length") == n - 1, (
            "what is done is ringed no more"
        )
        page.keyboard.press("Escape")
    assert {change["change"] for change in changes(page)} == {"remove_steps", "add_kerb_ramp"}


def test_the_card_of_wheels_says_where_nothing_is_known(
    start: Callable[..., Opened], today: RunResult
) -> None:
    text = render_session(today, AREA)
    page = start(text=text).page
    little = page.evaluate("access15_session.data.little_known.wheelchair")
    told = page.locator(".card").nth(3).locator(".stops").text_content() or ""
    assert ("non not" in told) == bool({"kerb", "incline"} & set(little))
    page.evaluate("access15_session.data.little_known.wheelchair = ['kerb', 'incline', 'surface']")
    page.evaluate("access15_session.data.profiles[3].is_at_most = true")
    choose(page, "language", "en")
    card = page.locator(".card").nth(3)
    expect(card.locator(".stops")).to_contain_text("Kerbs and slopes: unknown here")
    expect(card.locator(".card-counts")).to_contain_text(re.compile("^at most [0-9]+%$"))
    expect(page.locator(".card").nth(0).locator(".card-counts")).not_to_contain_text("at most")


def test_sources_are_told_in_the_language_of_the_page_and_english_names_are_marked(
    page: Page,
) -> None:
    marked = page.locator("#facts [lang=en]").all_text_contents()
    assert any("contributors" in text for text in marked)
    expect(page.locator("#facts")).to_contain_text("scheda di progetto PON Metro 2014-2020")
    expect(page.locator("#facts")).not_to_contain_text("project sheet")
    assert not any("Quello che non si sa" in text or "zona" in text for text in marked)
    choose(page, "language", "en")
    expect(page.locator("#facts [lang=en]")).to_have_count(0)
    expect(page.locator("#facts")).to_contain_text("PON Metro 2014-2020 project sheet")


# --- 200 %


def test_at_200_percent_map_and_strip_come_into_view(start: Callable[..., Opened]) -> None:
    page = start(ZOOMED).page
    page.evaluate("window.scrollTo(0, 0)")
    page.locator("[data-tool=note]").click()
    page.wait_for_timeout(100)
    for selector in ("#said", "#at-centre", "#stop-tool"):
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= ZOOMED[1]
    strip, drawn = page.locator("#strip").bounding_box(), page.locator(".folium-map").bounding_box()
    assert strip is not None
    assert drawn is not None
    assert strip["y"] - max(0, drawn["y"]) > 250, "the map above it"


def test_the_hint_begins_at_its_title(open_page: Callable[..., Opened], page_text: str) -> None:
    page = open_page("hint.html", ZOOMED, text=page_text).page
    assert page.evaluate("document.getElementById('hint').scrollTop") == 0
    title, hint = page.locator("#hint-title").bounding_box(), page.locator("#hint").bounding_box()
    assert title is not None
    assert hint is not None
    assert title["y"] >= hint["y"] >= 0


@pytest.mark.parametrize("size", [(1366, 768), (1280, 720)])
@pytest.mark.parametrize("lang", ["it", "en"])
def test_nothing_in_the_head_is_cut_or_wraps(
    start: Callable[..., Opened], size: tuple[int, int], lang: str
) -> None:
    page = start(size).page
    choose(page, "language", lang)
    page.locator("#new-proposal").click()
    tops = page.evaluate(
        "[...document.querySelectorAll('.tab, .proposals button')].map((one) => "
        "one.getBoundingClientRect().bottom)"
    )
    assert max(tops) - min(tops) < 12
    right = page.evaluate("document.querySelector('.panel').getBoundingClientRect().right")
    for selector in (".languages", ".proposals .compare"):
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= right - 8
    room = page.evaluate(
        """() => [...document.querySelectorAll(".choose-row select")].map((one) => {
          const context = document.createElement("canvas").getContext("2d");
          context.font = getComputedStyle(one).font;
          return one.clientWidth - 30 - context.measureText(one.selectedOptions[0].textContent).width;
        })"""
    )
    assert min(room) > 0
