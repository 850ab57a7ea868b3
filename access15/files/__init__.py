"""Reading that neither waits nor fills the computer, and writing so that nothing is lost: files
appear whole or not at all, a set of them as one, and no file that a run reads is replaced by it.
"""

from access15.files.inputs import check_inputs_stay
from access15.files.reading import MAX_INPUT_BYTES, check_input, name_file, read_input
from access15.files.settling import PARTIAL_PREFIX
from access15.files.staging import (
    check_replaceable,
    leave_cleanly,
    replacing,
    scratch_folder,
    staged_outputs,
    write_bytes_atomic,
    write_text_atomic,
)

__all__ = [
    "MAX_INPUT_BYTES",
    "PARTIAL_PREFIX",
    "check_input",
    "check_inputs_stay",
    "check_replaceable",
    "leave_cleanly",
    "name_file",
    "read_input",
    "replacing",
    "scratch_folder",
    "staged_outputs",
    "write_bytes_atomic",
    "write_text_atomic",
]
