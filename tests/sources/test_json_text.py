"""JSON as others write it: every fault with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access15.errors import InputDataError
from access15.sources.json_text import parse_json, read_json_file

FAULTS = [
    ('{"features": [{}, {"properties": {"name": "a\\ud800"}}]}', "feature 2, properties, name: "),
    ('["\\udfff"]', "1: '\\udfff' holds half of a character"),
    ('{"\\udcff": 1}', "holds half of a character"),
    ('["a", "\\u0000"]', "2: '\\x00' holds a NUL"),
    ("[1" + "0" * 399 + "]", "1: the number is too large"),
    ("[1" + "0" * 5000 + "]", "1: the number is too large"),
    ('{"a": {"b": 1e400}}', "a, b: the number is too large"),
    ('{"a": -1e999}', "a: the number is too large"),
]


@pytest.mark.parametrize(("text", "problem"), FAULTS)
def test_what_no_file_can_keep_is_told_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(InputDataError, match=r"^x\.json cannot be used as it is; remedy") as caught:
        parse_json(text, "x.json", remedy="remedy")
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", r"^x\.json is not valid JSON \(line 1, column 2\); remedy$"),
        ('{\n"a": 1,\n}', r"line 3, column 1"),
        ("[" * 100_000, r"^x\.json is JSON nested too deep to be read; remedy$"),
    ],
)
def test_what_is_no_json(text: str, sentence: str) -> None:
    with pytest.raises(InputDataError, match=sentence):
        parse_json(text, "x.json", remedy="remedy")


def test_all_faults_at_once() -> None:
    with pytest.raises(InputDataError, match="cannot be used") as caught:
        parse_json('{"a": 1e400, "b": ["\\ud800", 2]}', "x", remedy="r")
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["a", "b, 1"]


@pytest.mark.parametrize("text", ['"\\ud83d\\ude00"', "1e300", "9" * 300, "[1e-400, NaN]"])
def test_what_looks_alike_is_read(text: str) -> None:
    assert json.dumps(parse_json(text, "x", remedy="r")) == json.dumps(json.loads(text))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_whatever_is_read_can_be_written(content: Any) -> None:
    text = json.dumps(content)
    try:
        found = parse_json(text, "x", remedy="r")
    except InputDataError as error:
        assert any(sign in text for sign in ("\\ud", "\\u0000", "Infinity")), error  # noqa: PT017
        return
    assert found == content
    json.dumps(found, ensure_ascii=False).encode("utf-8")


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with pytest.raises(InputDataError, match=r"x\.json cannot be read \(No such file"):
        read_json_file(path, remedy="r")
    path.write_bytes(b'"\xe8"')
    with pytest.raises(InputDataError, match=r"^x\.json is not UTF-8 text \(byte 1\)"):
        read_json_file(path, remedy="r")
    path.write_bytes(b"\xef\xbb\xbf[1]")
    assert read_json_file(path, remedy="r") == [1]
