"""Write data/proposal.schema.json, the JSON Schema of files of proposals, from their models.

    python tests/tools/write_schema.py

Run it after a change of `access15.config.proposal`; tests/sources/proposals/test_files.py fails until
it is done.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from access15.config.proposal import ProposalFile

SCHEMA = Path(__file__).resolve().parents[2] / "data" / "proposal.schema.json"


def build_schema() -> dict[str, Any]:
    """Describe a file of proposals as a JSON Schema."""
    schema = ProposalFile.model_json_schema()
    for model in (schema, *schema["$defs"].values()):
        if "description" in model:  # a docstring, however it is wrapped
            model["description"] = " ".join(model["description"].split())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def main() -> int:
    """Write the file anew."""
    SCHEMA.write_text(
        json.dumps(build_schema(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
