"""Write the table of columns in data/README.md from `access15.results.schema`.

    python tests/tools/write_columns.py

Run it after a change of the schema; tests/project/test_data.py fails until it is done.
"""

from __future__ import annotations

import sys
from pathlib import Path

from access15.results.schema import TABLES
from access15.results.table import Column, Table

README = Path(__file__).resolve().parents[2] / "data" / "README.md"
BEGIN = "<!-- columns: written by tests/tools/write_columns.py -->\n"
END = "<!-- columns: end -->\n"
HEAD = ("file", "column", "type", "unit", "decimals", "what")


def format_columns() -> str:
    """Lines of the table."""
    lines = [format_row(HEAD), format_row(["---"] * len(HEAD))]
    for table in TABLES.values():
        place = name_place(table)
        lines.append(format_row([f"**{place}**", "", "", "", "", f"**{table.about}**"]))
        lines += [format_column(place, column, table) for column in table.columns]
    return "\n".join(lines) + "\n"


def format_row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def name_place(table: Table) -> str:
    """Where a table is found: files, a layer, or what Python hands over."""
    places = [*table.files]
    if table.layer:
        places.append(f"{table.package}: {table.layer}")
    return ", ".join(places) or f"Python only: {table.name}"


def format_column(place: str, column: Column, table: Table) -> str:
    kind = column.kind
    exceptions = [
        word
        for word, may_be in (("empty", column.may_be_empty), ("inf", column.may_be_inf))
        if may_be
    ]
    if exceptions:
        kind = f"{kind}, or {' or '.join(exceptions)}"
    decimals = format_decimals(column, table)
    return format_row([place, f"`{column.name}`", kind, column.unit, decimals, column.about])


def format_decimals(column: Column, table: Table) -> str:
    """What is written of a number; nothing where the file holds it as computed."""
    is_text = any(file.endswith((".csv", "times -o")) for file in table.files)
    if column.kind != "number" or not is_text:
        return ""
    if column.decimals is None:
        return "six digits"
    return str(column.decimals) if column.is_padded else f"up to {column.decimals}"


def replace_columns(text: str) -> str:
    """Text of the README with the table as it must be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{format_columns()}{END}{after}"


def main() -> int:
    """Write the table in place."""
    README.write_text(replace_columns(README.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
