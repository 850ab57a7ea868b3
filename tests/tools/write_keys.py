"""Write the reference of keys in data/README.md from `access15.config.reference`.

    python tests/tools/write_keys.py

Run it after a change of a model or of keys.toml; tests/project/test_data.py fails until it is done.
"""

from __future__ import annotations

import sys
from pathlib import Path

from access15.config.reference import SchemaKind, format_reference

README = Path(__file__).resolve().parents[2] / "data" / "README.md"
BEGIN = "<!-- keys: written by tests/tools/write_keys.py -->\n"
END = "<!-- keys: end -->\n"
HEADS: dict[SchemaKind, str] = {
    "study": "A study (`study.toml`)",
    "places": "A table of places",
    "profiles": "Walkers (`profiles.toml`), a table each",
    "categories": "Kinds of place (`categories.toml`), a table each",
}


def format_keys() -> str:
    """Every table under its heading."""
    return "\n".join(f"### {head}\n\n{format_reference(kind)}" for kind, head in HEADS.items())


def main() -> int:
    """Write the section anew."""
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    README.write_text(f"{before}{BEGIN}{format_keys()}{END}{rest.split(END)[1]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
