"""Texts of homes and of studies without hubs: the same keys and values as those they stand in for."""

from __future__ import annotations

import re

import pytest

from access15.outputs.words.texts import Voice, list_texts, load_texts, load_variant, say

PLACEHOLDER = re.compile(r"\{(\w+)\}")
# what no study without hubs says: of one hub by its name, or a word that means something else
OF_HUBS_ALONE = {
    "target_hub_named",
    "walk_to_hub",
    "session_at_centre",
    "session_to_centre",
    "city_hub",
}
VARIANTS = [(name, key) for name in ("homes", "no_hubs") for key in load_variant(name)]


@pytest.mark.parametrize(("name", "key"), VARIANTS)
def test_variants_say_what_the_catalogue_says(name: str, key: str) -> None:
    """A variant may leave a value out, and names none that the code does not give."""
    plain, variant = load_texts()[key], load_variant(name)[key]
    assert set(variant) == {"it", "en"}
    known = set(PLACEHOLDER.findall(plain["it"]))
    told = [set(PLACEHOLDER.findall(variant[lang])) for lang in ("it", "en")]
    assert told[0] == told[1] <= known


def test_every_text_of_hubs_has_a_variant_without() -> None:
    of_hubs = {
        key
        for key, text in load_texts().items()
        if re.search(r"\bhubs?\b", text["it"] + text["en"], re.IGNORECASE)
        and not key.startswith(("remark_", "stage_"))
    }
    assert of_hubs - set(load_variant("no_hubs")) - OF_HUBS_ALONE == set()


def test_a_voice_is_its_language_with_texts_of_its_own() -> None:
    voice = Voice("it", {"share": "Parte"})
    assert voice == "it"
    assert {"it": 1}[voice] == 1
    assert say("share", voice) == "Parte"  # type: ignore[arg-type]
    assert say("group", voice) == say("group", "it")  # type: ignore[arg-type]
    assert list_texts("share", voice)["share"] == "Parte"  # type: ignore[arg-type]
