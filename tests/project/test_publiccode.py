"""publiccode.yml is what version 0.7 of the standard asks for.

Two keys are the maintainer's to fill in; nothing else may be missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from builders.paths import ROOT

SCHEMA = json.loads(
    (Path(__file__).parent / "publiccode_0.7.schema.json").read_text(encoding="utf-8")
)


def read_filled_in() -> dict[str, Any]:
    """The file, with the two keys that only a maintainer knows."""
    told: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    told["url"] = "https://example.org/access15.git"
    told["maintenance"]["contacts"] = [{"name": "Ada Rossi"}]
    return told


def list_faults(told: dict[str, Any]) -> list[str]:
    checker = jsonschema.Draft202012Validator(SCHEMA)
    return sorted(fault.message for fault in checker.iter_errors(told))


def test_only_what_the_maintainer_knows_is_missing() -> None:
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert list_faults(told) == [
        "'contacts' is a required property",
        "'url' is a required property",
    ]


def test_filled_in_it_follows_the_standard() -> None:
    assert list_faults(read_filled_in()) == []


def _publish(told: dict[str, Any]) -> None:
    told["organisation"] = {"name": "Comune di Esempio", "uri": "urn:x-italian-pa:c_x000"}
    told["fundedBy"] = [{"name": "Comune di Esempio"}]
    told["supports"].append({"id": "alias:gdpr"})


def test_a_public_administration_may_say_who_it_is() -> None:
    told = read_filled_in()
    _publish(told)
    assert list_faults(told) == []


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda told: told["legal"].update(repoOwner="Comune di Esempio"), "repoOwner"),
        (lambda told: told["legal"].update(authorsFile="AUTHORS"), "authorsFile"),
        (lambda told: told.update(it={"countryExtensionVersion": "1.0"}), "'it' was unexpected"),
        (lambda told: told.update(monochromeLogo="logo.svg"), "monochromeLogo"),
        (lambda told: told.update(publiccodeYmlVersion="0.4"), "'0.4' is not one of"),
        (lambda told: told["supports"].append({"id": "gdpr"}), "'gdpr' does not match"),
        (lambda told: told["description"]["it"].update(shortDescription="x" * 151), "is too long"),
        (lambda told: told["description"]["it"].pop("features"), "'features' is a required"),
        (lambda told: told.update(organisation={"uri": "urn:x"}), "'name' is a required"),
    ],
)
def test_what_the_standard_refuses(spoil: Callable[[dict[str, Any]], None], word: str) -> None:
    told = read_filled_in()
    spoil(told)
    faults = list_faults(told)
    assert len(faults) == 1
    assert word in faults[0]
