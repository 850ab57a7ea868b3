"""How the texts of one run are put: of residents or homes, of hubs or places of one kind, in the
study's own words.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from access15.config import Lang
from access15.outputs.words.methods import split_methods
from access15.outputs.words.texts import Voice, clean_text, load_variant, say
from access15.results.run import RunResult

_HOMES = "homes_"  # with what follows, how the homes of a study without residents are counted
_FLOOR = "homes_buildings"
_HUB_KEYS = ("is_hub", "legend_hub")  # where a study's own word for its hubs stands


def choose_voice(result: RunResult, lang: Lang) -> Lang:
    """Language in which a run is told, with all that is put otherwise in it."""
    lang = cast("Lang", str(lang))
    texts: dict[str, str] = {}
    if result.study.hub_stand_in is not None:
        texts |= _put_without_hubs(result, lang)
    if result.study.population.counts_homes:
        texts |= _put_for_homes(lang, has_floors=counts_floors(result))
    if (hub := result.study.texts.hub) is not None:
        texts |= dict.fromkeys(_HUB_KEYS, _unbraced(clean_text(hub.in_lang(lang), lang)))
    return cast("Lang", Voice(lang, texts)) if texts else lang


def choose_voice_of_methods(methods: Iterable[object], lang: Lang) -> Lang:
    """Language in which is told what was counted in these ways: residents, or homes."""
    codes = {code for joined in methods for code in split_methods(joined)}
    if not any(code.startswith(_HOMES) for code in codes):
        return lang
    lang = cast("Lang", str(lang))
    return cast("Lang", Voice(lang, _put_for_homes(lang, has_floors=_FLOOR in codes)))


def counts_floors(result: RunResult) -> bool:
    """Whether homes are counted by the floor area of buildings, not by the length of streets."""
    infos = (area.people_info for area in result.areas.values())
    return any(_FLOOR in used for info in infos for used in info.methods.values())


def _put_without_hubs(result: RunResult, lang: Lang) -> dict[str, str]:
    """Texts in which the nearest place of a kind stands in for the hub."""
    category = result.categories[result.study.hub_stand_in or ""]
    kind = _unbraced(clean_text(category.label.in_lang(lang), lang))
    goal = say("a_place_of_kind", lang, kind=kind)
    return {
        key: text[lang].replace("<goal>", goal).replace("<kind>", kind)
        for key, text in load_variant("no_hubs").items()
    }


def _put_for_homes(lang: Lang, *, has_floors: bool) -> dict[str, str]:
    """Texts in which homes are counted, not residents."""
    unit, caveat = say("who_homes", lang), say("people_homes_only", lang)
    if has_floors:
        unit, caveat = say("who_homes_floor", lang), say("people_homes_only_floor", lang)
    texts = {key: text[lang].replace("<unit>", unit) for key, text in load_variant("homes").items()}
    return texts | {"who_homes": unit, "people_homes_only": caveat}


def _unbraced(text: str) -> str:
    """Text from data that stands in a template: its braces are no places to be filled."""
    return text.replace("{", "(").replace("}", ")")
