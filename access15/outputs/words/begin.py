"""What stands in the README of a new study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from access15.config import Category, Lang
from access15.outputs.words.texts import clean_text, say


def describe_study(
    name: str,
    decided: Sequence[str],
    kinds: Mapping[str, Category],
    commands: Sequence[str],
    lang: Lang,
) -> str:
    """Write the README of a new study: next commands, files, decisions, categories."""
    lines = [
        f"# {say('begin_title', lang, name=clean_text(name, lang))}",
        "",
        say("begin_next", lang),
        "",
        "```",
        *commands,
        "```",
        "",
        say("begin_open", lang),
        "",
        say("begin_files", lang),
        "",
        f"## {say('begin_decided', lang)}",
        "",
        *(f"- {clean_text(one, lang, limit=1000)}" for one in decided),
        "",
        f"## {say('begin_categories', lang)}",
        "",
        *(
            f"- `{key}`: {clean_text(kind.label.in_lang(lang), lang)}"
            for key, kind in kinds.items()
        ),
        "",
        say("begin_caveat", lang),
    ]
    return "\n".join(lines) + "\n"
