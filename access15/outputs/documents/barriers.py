"""The list of barriers as files: a workbook to be filled in, and a document."""

from __future__ import annotations

from pathlib import Path

from access15.config import Lang
from access15.files import check_inputs_stay, staged_outputs
from access15.outputs.documents.peba import build_barrier_document
from access15.outputs.documents.peba_sheet import write_barrier_sheet
from access15.outputs.documents.word import write_word
from access15.outputs.words.voice import choose_voice_of_methods
from access15.results.barriers import BarrierFindings


def list_barrier_files(area_id: str) -> tuple[str, str]:
    """Names of the files of a neighbourhood."""
    return f"{area_id}_peba.xlsx", f"{area_id}_peba.docx"


def write_barriers(
    findings: BarrierFindings, folder: Path, *, lang: Lang = "it"
) -> dict[str, Path]:
    """Write both files, or neither."""
    voice = choose_voice_of_methods([findings.method], lang)
    sheet, document = list_barrier_files(findings.area_id)
    check_inputs_stay([folder / sheet, folder / document], findings.read_files)
    made = {
        sheet: write_barrier_sheet(findings, voice),
        document: write_word(build_barrier_document(findings, voice)),
    }
    with staged_outputs(folder) as staging:
        for name, data in made.items():
            (staging / name).write_bytes(data)
    return {name: folder / name for name in made}
