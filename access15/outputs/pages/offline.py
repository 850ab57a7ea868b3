"""A page that asks nobody for anything: scripts, styles and images are inside it.

Leaflet and jQuery are read from the installed packages ``xstatic-leaflet`` and ``xstatic-jquery``.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import zlib
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any, Final

from branca.element import CssLink, Element, Figure, JavascriptLink, Link
from jinja2 import Environment, PackageLoader, StrictUndefined
from xstatic.pkg import jquery, leaflet

from access15.config import Lang
from access15.errors import MissingOfflineAssetError
from access15.outputs.pages.typeface import write_faces
from access15.remarks import Remark

_VIEWPORT: Final = '<meta name="viewport" content="width=device-width, initial-scale=1">'
_FOLIUM_VIEWPORT: Final = re.compile(r'<meta name="viewport".*?/>', re.DOTALL)
# what Folium writes into the head of every map, and nothing that could hold a word from data
_FOLIUM_SWITCHES: Final = re.compile(
    r"<script>(\s*L_NO_TOUCH = (?:true|false);\s*L_DISABLE_3D = (?:true|false);\s*)</script>"
)
_SOURCE_MAP: Final = re.compile(r"^[ \t]*//[#@] sourceMappingURL=.*$", re.MULTILINE)
_CSS_IMAGE: Final = re.compile(r"url\(images/([\w.-]+)\)")


class OfflineFigure(Figure):  # type: ignore[misc, unused-ignore]
    """A page of branca elements with everything inlined, in a language, that may be zoomed.

    Parameters
    ----------
    title : str
        Title of the page, plain text.
    lang : {"it", "en"}
        Language of the page.
    image_hosts : iterable of str
        Where images may come from, for an optional layer of tiles; none by default, and then the
        page's own policy forbids the browser every request.
    """

    def __init__(
        self,
        *,
        title: str,
        lang: Lang,
        image_hosts: Iterable[str] = (),
    ) -> None:
        super().__init__(title=title)
        self.lang = lang
        self.image_hosts = tuple(image_hosts)

    def render(self, **kwargs: Any) -> str:
        """Render the page."""
        parts = (self.header, self.html, self.script)
        before = [part._children.copy() for part in parts]
        try:
            for child in self._children.values():
                child.render(**kwargs)
            return self._assemble(kwargs)
        finally:  # Folium's elements add to the page each time they are rendered
            for part, children in zip(parts, before, strict=True):
                part._children = children

    def _assemble(self, kwargs: dict[str, Any]) -> str:
        """Put head, body and scripts together."""
        script = escape_script(self.script.render(**kwargs))
        if "$(" in script:  # only Folium's own popups speak jQuery
            self.header.add_child(JavascriptLink(""), name="jquery", index=0)
        # libraries first, so that the page's own rules come after theirs
        children = sorted(
            self.header._children.items(), key=lambda item: not isinstance(item[1], Link)
        )
        head = "\n".join(_inline(name, child, kwargs) for name, child in children)
        libraries = [
            _read_script(name, child.url)
            for name, child in children
            if isinstance(child, JavascriptLink)
        ]
        modules = [
            child.code for child in self.html._children.values() if isinstance(child, InlineModule)
        ]
        return assemble_page(
            title=str(self.title),
            lang=self.lang,
            head=_FOLIUM_VIEWPORT.sub("", head),
            body=f"{self.html.render(**kwargs)}\n<script>{script}</script>",
            scripts=[*libraries, *_FOLIUM_SWITCHES.findall(head), *modules, script],
            image_hosts=self.image_hosts,
        )


class Verbatim(Element):  # type: ignore[misc, unused-ignore]
    """Markup that is written as it is: branca would run any other text as a template, names from
    data included.

    Parameters
    ----------
    markup : str
        What to write.
    """

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.markup = markup

    def render(self, **_: Any) -> str:
        """Write it."""
        return self.markup


class InlineModule(Verbatim):
    """A module of the page's own; the browser runs it after every other script.

    Parameters
    ----------
    code : str
        The module, which imports nothing.
    """

    def __init__(self, code: str) -> None:
        self.code = escape_script(code)
        super().__init__(f'<script type="module">{self.code}</script>')


def assemble_page(
    *,
    title: str,
    lang: Lang,
    head: str,
    body: str,
    scripts: Iterable[str] = (),
    image_hosts: Iterable[str] = (),
) -> str:
    """Put a page together under a policy that lets the browser load nothing and run only
    ``scripts``, whatever else head and body hold; the typeface lies in it.
    """
    head, body = _join_lines(head), _join_lines(body)
    hashes = " ".join(dict.fromkeys(f"'{_hash_script(text)}'" for text in scripts))
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {hashes}" if hashes else "script-src 'none'",
            "style-src 'unsafe-inline'",
            "font-src data:",
            " ".join(["img-src data: blob:", *image_hosts]),
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">\n'
        f"{_VIEWPORT}\n<title>{html.escape(title)}</title>\n<style>{write_faces()}\n{read_style('styles/tokens.css')}</style>\n{head}\n"
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _join_lines(text: str) -> str:
    """End lines as browsers read them: they turn CR LF into LF before they hash a script."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _hash_script(text: str) -> str:
    """Hash a script as the page's policy names it."""
    digest = hashlib.sha256(_join_lines(text).encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")


def _inline(
    name: str,
    child: Element,
    kwargs: dict[str, Any],
) -> str:
    """Write a library, a style sheet or any other element of the head."""
    if isinstance(child, JavascriptLink):
        return f"<script>{_read_script(name, child.url)}</script>"
    if isinstance(child, CssLink):
        return f"<style>{_read_style(name, child.url)}</style>"
    return str(child.render(**kwargs))


def _read_script(name: str, url: str) -> str:
    """Read a library that lies in an installed package."""
    if name == "leaflet":
        folder = Path(leaflet.BASE_DIR)
        icons = {key: _image_uri(folder / "images" / file) for key, file in _LEAFLET_ICONS.items()}
        script = (folder / "leaflet.js").read_text(encoding="utf-8")
        own = f"L.Icon.Default.prototype._getIconUrl = (name) => ({json.dumps(icons)})[name];"
        return escape_script(f"{_SOURCE_MAP.sub('', script)}\n{own}\n")
    if name == "jquery":
        return escape_script(
            _SOURCE_MAP.sub(
                "", (Path(jquery.BASE_DIR) / "jquery.min.js").read_text(encoding="utf-8")
            )
        )
    raise MissingOfflineAssetError(Remark("script_online", name=name, url=url))


# of style sheets: what is between their marks, lines that are indented, ends of lines after a sign
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT: Final = re.compile(r"\n\s*")
_LINE_END: Final = re.compile(r"(?<=[{};,])\n")

# Leaflet looks for these beside its style sheet, which is inlined here
_LEAFLET_ICONS: Final = {
    "icon": "marker-icon.png",
    "iconRetina": "marker-icon-2x.png",
    "shadow": "marker-shadow.png",
}


def _read_style(name: str, url: str) -> str:
    """Read a library's style sheet, its images inside."""
    if name == "leaflet_css":
        folder = Path(leaflet.BASE_DIR)
        style = (folder / "leaflet.css").read_text(encoding="utf-8")
        return _CSS_IMAGE.sub(
            lambda found: f"url({_image_uri(folder / 'images' / found.group(1))})", style
        )
    raise MissingOfflineAssetError(Remark("style_online", name=name, url=url))


def _image_uri(path: Path) -> str:
    """Write an image into its own address."""
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def escape_script(text: str) -> str:
    r"""Keep a script from ending or hiding the element that holds it."""
    return re.sub(r"<(/script|!--)", r"<\\\1", text, flags=re.IGNORECASE)


def dump_json(data: object) -> str:
    """Write JSON that can stand inside any element of a page."""
    text = json.dumps(
        data,
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    )
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def pack_bytes(data: bytes) -> str:
    """Compress, and write as text that can stand inside any element of a page."""
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")


def read_asset(name: str) -> str:
    """Read a script or style sheet of access15's own."""
    return (resources.files("access15") / "web" / name).read_text(encoding="utf-8")


def read_style(name: str) -> str:
    """Read a style sheet of access15's own without what only its authors read."""
    told = _COMMENT.sub("", read_asset(name))
    return _LINE_END.sub("", _INDENT.sub("\n", told)).strip()


def fill_template(name: str, **values: object) -> str:
    """Fill a template of ``web/templates``; every value is escaped."""
    environment = Environment(
        loader=PackageLoader("access15", "web/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name).render(**values)
