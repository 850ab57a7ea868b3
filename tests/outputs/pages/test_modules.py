"""The pages' modules as one script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import access15
from access15.outputs.pages import modules
from access15.outputs.pages.offline import escape_script

WEB = Path(access15.__file__).parent / "web"
FILES = {path.relative_to(WEB).as_posix(): path.read_text() for path in WEB.glob("*/**/*.js")}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Modules of a page that is not there."""
    texts: dict[str, str] = {}
    monkeypatch.setattr(modules, "read_asset", texts.__getitem__)
    modules.inline_modules.cache_clear()
    return texts


def test_what_is_imported_comes_first_and_once(written: dict[str, str]) -> None:
    written["a/top.js"] = 'import { one } from "./one.js";\nimport { two } from "../b/two.js";\n'
    written["a/one.js"] = 'import { two as deep } from "../b/two.js";\nexport const one = deep;\n'
    written["b/two.js"] = "export const two = 2;\n"
    assert modules.inline_modules("a/top.js").split("\n\n") == [
        "const b_two = (() => {\nconst two = 2;\nreturn { two };\n})();",
        "const a_one = (() => {\nconst { two: deep } = b_two;\nconst one = deep;\n"
        "return { one };\n})();",
        "const a_top = (() => {\nconst { one } = a_one;\nconst { two } = b_two;\n"
        "return {  };\n})();\n",
    ]


def test_a_page_gets_what_a_browser_needs_and_no_more(written: dict[str, str]) -> None:
    written["a.js"] = (
        "// what it is\n/** @param {number} x */\nexport const open = (x) => {\n"
        "  /* twice */\n  const text = `  //  ${x}`; // said\n"
        '  return /[/"]  \\/\\//.test(text)\n    ? "a  // b"\n    : x - -x;\n};\n'
    )
    assert modules.start_module("a.js", "open(1)", handle="it").code == (
        "const a=(()=>{const open=(x)=>{const text=`  //  ${x}`;"
        'return/[/"]  \\/\\//.test(text)?"a  // b":x- -x;};return{open};})();'
        "\nglobalThis.it = a.open(1);\n"
    )


def test_a_circle_of_modules_is_told(written: dict[str, str]) -> None:
    written["a.js"] = 'import { b } from "./b.js";\n'
    written["b.js"] = 'import { a } from "./a.js";\n'
    with pytest.raises(ValueError, match=r"in a circle: a\.js -> b\.js -> a\.js"):
        modules.inline_modules("a.js")


@pytest.mark.parametrize(
    "line", ['import b from "./b.js";', "export default 1;", "export let a = 1;", "export { a };"]
)
def test_other_ways_to_import_and_export_are_refused(written: dict[str, str], line: str) -> None:
    written["a.js"] = f"{line}\n"
    with pytest.raises(ValueError, match=re.escape(f"a.js cannot be written into a page: {line}")):
        modules.inline_modules("a.js")


@pytest.mark.parametrize("name", FILES)
def test_own_modules_write_no_markup_and_cannot_end_their_element(name: str) -> None:
    assert escape_script(FILES[name]) == FILES[name]
    assert not re.search(
        r"\binnerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(", FILES[name]
    )


def test_every_module_is_in_some_page() -> None:
    modules.inline_modules.cache_clear()
    entries = (
        "map/page.js",
        "session/session.js",
        "places/places.js",
        "sites/sites.js",
        "city/city.js",
    )
    pages = [modules.inline_modules(name) for name in entries]
    scopes = {name.removesuffix(".js").replace("/", "_") for name in FILES}
    found = {
        scope
        for page in pages
        for scope in re.findall(r"^const (\w+) = \(\(\) => {", page, re.MULTILINE)
    }
    assert scopes == found


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("core/")])
def test_what_computes_knows_no_page_and_no_map(name: str) -> None:
    assert not re.search(r"\.\./(?:map|session)/|\bdocument\b|\bwindow\b|\bL\.", FILES[name])
