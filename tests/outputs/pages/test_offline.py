"""Pages that carry everything inside: no request, no script but their own."""

from __future__ import annotations

import base64
import hashlib
import html
import json

import folium
import pytest
from branca.element import CssLink, Element, JavascriptLink
from builders.pages import HOSTILE, Page

from access15.errors import MissingOfflineAssetError
from access15.outputs.pages import offline
from access15.outputs.pages.folium_map import OfflineMap
from access15.outputs.pages.offline import (
    OfflineFigure,
    assemble_page,
    dump_json,
    escape_script,
    fill_template,
)


def make_map(name: str = "small") -> OfflineMap:
    return OfflineMap(
        name=name, title="Mappa <1> & più", lang="it", location=[45.4, 9.2], zoom_start=14
    )


def test_a_folium_map_is_wholly_inside_its_page() -> None:
    page = Page(text := make_map().get_root().render())
    assert not [
        attrs
        for tag, attrs in page.elements
        if {"src", "href", "background", "srcset"} & set(attrs)
    ]
    assert not [
        tag
        for tag, _ in page.elements
        if tag in ("link", "iframe", "img", "object", "embed", "base")
    ]
    assert "sourceMappingURL" not in text
    assert "url(images/" not in text
    assert "L.map(" in page.scripts[-1]


def test_page_is_titled_in_its_language_and_may_be_zoomed() -> None:
    text = make_map().get_root().render()
    page = Page(text)
    assert ("html", {"lang": "it"}) in page.elements
    assert f"<title>{html.escape('Mappa <1> & più')}</title>" in text
    viewports = [
        attrs["content"] for tag, attrs in page.elements if attrs.get("name") == "viewport"
    ]
    assert viewports == ["width=device-width, initial-scale=1"]


def test_policy_allows_nothing_but_the_page_and_its_own_scripts() -> None:
    page = Page(make_map().get_root().render())
    policy = page.policy()
    assert policy["default-src"] == ["'none'"]
    assert policy["img-src"] == ["data:", "blob:"]
    hashes = {
        f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'"
        for one in page.scripts
    }
    assert len(page.scripts) >= 3
    assert set(policy["script-src"]) == hashes


def test_a_page_without_scripts_runs_none() -> None:
    page = Page(assemble_page(title="x", lang="en", head="", body="<p>only text</p>"))
    assert page.policy()["script-src"] == ["'none'"]
    assert page.elements[0] == ("html", {"lang": "en"})


def test_line_ends_are_those_the_browser_hashes() -> None:
    code = "a;\r\nb;\rc;"
    text = assemble_page(
        title="x", lang="en", head=f"<script>{code}</script>", body="", scripts=[code]
    )
    assert "\r" not in text
    digest = base64.b64encode(hashlib.sha256(b"a;\nb;\nc;").digest()).decode()
    assert Page(text).policy()["script-src"] == [f"'sha256-{digest}'"]


def test_image_hosts_are_only_those_asked_for() -> None:
    figure = OfflineFigure(title="x", lang="it", image_hosts=["https://tiles.example"])
    assert Page(figure.render()).policy()["img-src"] == ["data:", "blob:", "https://tiles.example"]


def test_jquery_comes_only_with_folium_popups() -> None:
    bare, with_popup = make_map(), make_map()
    folium.CircleMarker([45.4, 9.2], popup=folium.Popup("Ciao")).add_to(with_popup)
    assert "jQuery" not in "".join(Page(bare.get_root().render()).scripts)
    scripts = Page(with_popup.get_root().render()).scripts
    assert next(i for i, script in enumerate(scripts) if "jQuery" in script) < len(scripts) - 1


@pytest.mark.parametrize(
    "link", [JavascriptLink("https://cdn.example/d3.js"), CssLink("https://cdn.example/d3.css")]
)
def test_an_unknown_library_is_refused_by_name(link: Element) -> None:
    drawn = make_map()
    drawn.get_root().header.add_child(link, name="d3")
    with pytest.raises(
        MissingOfflineAssetError, match=r"'d3' \(https://cdn\.example/d3\.(js|css)\)"
    ):
        drawn.get_root().render()


def test_a_stock_folium_map_is_refused_rather_than_left_blank() -> None:
    figure = OfflineFigure(title="x", lang="it")
    figure.add_child(folium.Map(tiles=None))
    with pytest.raises(MissingOfflineAssetError, match=r"cannot carry the .* 'bootstrap"):
        figure.render()


def test_icons_that_need_fonts_from_the_internet_are_refused() -> None:
    drawn = make_map()
    group = folium.FeatureGroup(name="g").add_to(drawn)
    folium.Marker([45.4, 9.2], icon=folium.Icon(color="red")).add_to(group)
    with pytest.raises(
        MissingOfflineAssetError, match=r"cannot draw folium\.Icon.*use folium\.DivIcon"
    ):
        drawn.get_root().render()


def test_pages_of_the_same_map_are_the_same() -> None:
    drawn = make_map()
    first = drawn.get_root().render()
    assert drawn.get_root().render() == first
    assert make_map().get_root().render() == first
    assert make_map("other").get_root().render() != first


@pytest.mark.parametrize(
    ("script", "escaped"),
    [
        ("x = '</script>';", "x = '<\\/script>';"),
        ("x = '</SCRIPT >';", "x = '<\\/SCRIPT >';"),
        ("x = '<!-- no';", "x = '<\\!-- no';"),
        ("a < b && c </ d/;", "a < b && c </ d/;"),
    ],
)
def test_scripts_cannot_end_their_element(script: str, escaped: str) -> None:
    assert escape_script(script) == escaped


def test_json_holds_no_sign_of_markup_and_comes_back() -> None:
    text = dump_json({"name": HOSTILE})
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == {"name": HOSTILE}
    with pytest.raises(ValueError, match="Out of range float values"):
        dump_json({"share": float("nan")})


def test_a_script_that_somebody_slips_in_is_not_allowed() -> None:
    drawn = make_map()
    drawn.get_root().html.add_child(Element("<script>alert(1)</script>"))
    page = Page(drawn.get_root().render())
    assert "alert(1)" in page.scripts[-2]
    digest = base64.b64encode(hashlib.sha256(b"alert(1)").digest()).decode()
    assert f"'sha256-{digest}'" not in page.policy()["script-src"]
    assert len(page.policy()["script-src"]) == len(page.scripts) - 1


def test_templates_escape_everything() -> None:
    markup = fill_template(
        "index.html.j2",
        say=lambda key: key,
        title=HOSTILE,
        lead=HOSTILE,
        computed="",
        moment=HOSTILE,
        sketch=False,
        cutoffs=[],
        areas=[],
        spacing_text=HOSTILE,
        spacing=[HOSTILE],
        statuses=[],
        residents_off=[],
        certificates=[],
        limits=[],
        range_means="",
        sources=[],
        files=[],
        inputs=[],
    )
    assert "<img" not in markup
    assert "</script>" not in markup
    assert html.unescape(markup).count(HOSTILE) == 5


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("/* a\n b */\n.a .b,\n.c > d {\n  margin: 0 1px;\n}\n", ".a .b,.c > d {margin: 0 1px;}"),
        ("a\n  b {\n  grid:\n    'x  y' auto;\n}", "a\nb {grid:\n'x  y' auto;}"),
    ],
)
def test_a_style_sheet_loses_only_what_its_authors_read(
    monkeypatch: pytest.MonkeyPatch, written: str, kept: str
) -> None:
    monkeypatch.setattr(offline, "read_asset", {"a.css": written}.__getitem__)
    assert offline.read_style("a.css") == kept
