"""In which language the terminal speaks: option, then locale, then what each command did before."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from builders.command_line import Done, call
from builders.languages import ENGLISH
from builders.small_town import write_town

from access15.cli.app import COMMANDS
from access15.cli.language import find_language, read_locale
from access15.cli.lists import lead_with_command
from access15.cli.new import _as_path, _ask
from access15.cli.start import _ITALIAN
from access15.errors import ConfigError

ITALY = {"LANG": "it_IT.UTF-8"}
ENVIRONMENTS = [
    ({}, None),
    (ITALY, "it"),
    ({"LANG": "it"}, "it"),
    ({"LANG": "it_CH.UTF-8@euro"}, "it"),
    ({"LANG": "en_GB.UTF-8"}, None),
    ({"LANG": "de_DE.UTF-8"}, None),
    ({"LANG": "C.UTF-8"}, None),
    ({"LANG": "italics"}, None),
    ({"LANG": "it_IT", "LC_MESSAGES": "en_US"}, None),
    ({"LANG": "en_US", "LC_MESSAGES": "it_IT"}, "it"),
    ({"LANG": "it_IT", "LC_MESSAGES": "it_IT", "LC_ALL": "C"}, None),
    ({"LANG": "en_US", "LC_ALL": "it_IT.utf8"}, "it"),
    ({"LANG": "it_IT", "LC_ALL": ""}, "it"),  # empty is not set
    # a list of languages, best first, only beside a locale; those we do not speak are passed over
    ({"LANGUAGE": "it"}, None),
    ({"LANGUAGE": "it", "LANG": "C"}, None),
    ({"LANGUAGE": "it", "LANG": "en_US.UTF-8"}, "it"),
    ({"LANGUAGE": "it:en", "LANG": "en_US.UTF-8"}, "it"),
    ({"LANGUAGE": "fr:it:en", "LANG": "en_US.UTF-8"}, "it"),
    ({"LANGUAGE": "en:it", "LANG": "it_IT.UTF-8"}, None),
    ({"LANGUAGE": "fr", "LANG": "it_IT.UTF-8"}, "it"),
    ({"LANGUAGE": ":", "LANG": "it_IT.UTF-8"}, "it"),
]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> partial[Done]:
    return partial(call, capsys)


@pytest.mark.parametrize(("environ", "expected"), ENVIRONMENTS)
def test_locale(environ: dict[str, str], expected: str | None) -> None:
    assert read_locale(environ, "linux") == expected


@pytest.mark.parametrize(("environ", "expected"), ENVIRONMENTS)
@pytest.mark.parametrize("command", list(COMMANDS))
def test_an_option_comes_before_the_locale(
    command: str, environ: dict[str, str], expected: str | None
) -> None:
    """Wherever it stands; a wrong one, and what stands behind ``--``, leave the locale's."""
    assert find_language([command, "x"], environ) == expected
    for lang in ("it", "en"):
        for words in (
            [command, "x", "--lang", lang],
            [command, f"--lang={lang}", "x"],
            ["--lang", lang, command, "x"],
            [command, "--lang", "it", "--lang", lang],
        ):
            assert find_language(words, environ) == lang
    for words in ([command, "--lang", "fr"], [command, "--lang"], [command, "--", "--lang=en"]):
        assert find_language(words, environ) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [(("Italian_Italy", "1252"), "it"), (("it_IT", "UTF-8"), "it"), (("English_UK", "1252"), None)],
)
def test_windows_knows_its_language_without_variables(
    monkeypatch: pytest.MonkeyPatch, name: tuple[str, str], expected: str | None
) -> None:
    monkeypatch.setattr("locale.getlocale", lambda: name)
    assert read_locale({}, "win32") == expected
    assert read_locale({"LANG": "it_IT"}, "win32") == "it"
    assert read_locale({}, "linux") is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--lang", "it", "run", "x"], ["run", "--lang", "it", "x"]),
        (["--lang=it", "run"], ["run", "--lang=it"]),
        (["--lang", "it"], []),
        (["--lang=en"], []),
        (["--lang", "fr"], ["--lang", "fr"]),
        (["--lang"], ["--lang"]),
        (["--lang", "it", "--help"], ["--lang", "it", "--help"]),
        (["run", "--lang", "it"], ["run", "--lang", "it"]),
        ([], []),
    ],
)
def test_a_command_comes_first(words: list[str], expected: list[str]) -> None:
    assert lead_with_command(words) == expected


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_italian_to_the_last_word(cli: partial[Done], command: str) -> None:
    words = [command] if command else []
    italian, english = cli(*words, "--help", "--lang", "it"), cli(*words, "--help")
    assert (italian.code, italian.err) == (0, "")
    assert italian.out.startswith("Uso: ")
    assert "Esempio: access15 " in italian.out
    assert not ENGLISH.search(italian.out.split("Esempio")[0])
    assert "Usage: " in english.out
    assert "Example: access15 " in english.out
    assert "Esempio" not in english.out


MISUSES = [
    (("run", "--bogus"), "l'opzione --bogus non esiste (opzioni simili: --osm, --out)"),
    (("run", "--zzzzz"), "l'opzione --zzzzz non esiste"),
    (("run", "a", "b"), "parola di troppo (b)"),
    (("run", "a", "b", "c"), "parole di troppo (b c)"),
    (("rnu",), "il comando 'rnu' non esiste. Forse 'run'?"),
    (("qqqqqq",), "il comando 'qqqqqq' non esiste."),
    (("poster", "x", "--size", "A9"), "valore non valido per '--size': 'A9' non è fra 'A2', 'A3'"),
    (("schema", "all"), "valore non valido per 'tipo': 'all' non è fra 'study', "),
    (("isochrone",), "manca l'opzione '--output' / '-o'."),
    (("poster",), "manca l'argomento 'quartiere'."),
    (("run", "--cutoff"), "l'opzione '--cutoff' richiede un valore."),
    (("run", "--offline=yes"), "l'opzione '--offline' non accetta valori."),
    (("run", "--cutoff", "x"), "valore non valido per '--cutoff': 'x' non è un numero"),
    (("run", "--cutoff", "5,10"), "'5,10' può essere un numero o due; scrivere 7.5 per uno"),
    (("seats", "--category=x", "-o", "y", "--n=x"), "'x' non è un numero intero"),
]


@pytest.mark.parametrize(("words", "expected"), MISUSES)
def test_a_misuse_is_told_in_italian(
    cli: partial[Done], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], expected: str
) -> None:
    english = cli(*words)
    monkeypatch.setenv("LANG", "it_IT.UTF-8")
    italian = cli(*words)
    assert italian.code == english.code == 2
    assert f"Errore: {expected}" in italian.err or expected in italian.err
    assert italian.err.startswith("Uso: ")
    assert "Per l'aiuto: '" in italian.err
    assert not ENGLISH.search(italian.err)
    assert english.err.startswith("Usage: ")
    assert "\nError: " in english.err


@pytest.mark.parametrize("command", list(COMMANDS))
def test_a_wrong_language_is_one_clear_error(cli: partial[Done], command: str) -> None:
    for words in ((command, "--lang", "fr"), ("--lang", "fr", command), (command, "--lang=fr")):
        done = cli(*words)
        assert done.code == 2
        assert "Invalid value for '--lang': 'fr' is not one of 'it', 'en'." in done.err
    assert "Invalid value for '--lang'" in cli("--lang", "fr").err


def test_errors_and_answers_follow_the_locale(
    cli: partial[Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of commands that write nothing for people, too; an option is stronger."""
    write_town(Path())
    assert "no problems" in cli("check", "town.toml").out
    assert "nessun problema" in cli("check", "town.toml", "--lang", "it").out
    monkeypatch.setenv("LANG", "it_IT.UTF-8")
    assert "nessun problema" in cli("check", "town.toml").out
    assert "no problems" in cli("--lang", "en", "check", "town.toml").out
    assert cli("profiles").out.startswith(
        "adult: Adulto, una persona adulta senza difficoltà; 1,33"
    )
    assert "access15: non è indicato nessun estratto" in cli("init", "new").err


def test_coverage_says_what_run_says(cli: partial[Done]) -> None:
    """The same stages, in the same language, by default and where one is asked for."""
    write_town(Path())
    for words, line in (((), "righe in c.csv"), (("--lang", "en"), "rows in c.csv")):
        ran = cli("run", "town.toml", "--osm", "town.osm", *words)
        counted = cli("coverage", "town.toml", "--osm", "town.osm", "--csv", "c.csv", *words)
        stages = [one for one in counted.err.splitlines() if one.startswith("…")]
        assert stages[:-1] == [one for one in ran.err.splitlines() if one.startswith("…")][:-1]
        assert stages[-1].endswith(line)


def test_the_first_words_of_the_process_are_italian() -> None:
    """Told before anything is loaded; what a signal interrupts has its words in the code."""
    environ = {**os.environ, "LANG": "it_IT.UTF-8", "COLUMNS": "many"}
    done = subprocess.run(
        [sys.executable, "-m", "access15", "schema", "all"],
        env=environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert "nota: la variabile d'ambiente COLUMNS è 'many', che non è un numero" in done.stderr
    assert not any(ENGLISH.search(italian) for italian in _ITALIAN.values())


def test_questions_are_asked_again_in_italian(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("c\nb\n"))
    assert _ask("Quale?", ["a", "b"], "a", "it") == "b"
    told = capsys.readouterr()
    assert "Scegliere una delle risposte indicate" in told.out + told.err
    assert "()" not in told.out + told.err


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        (io.StringIO(""), "the answers ended before the questions and nothing was written; "),
        (
            io.TextIOWrapper(io.BytesIO("Èst\n".encode("latin-1")), encoding="utf-8"),
            "the answer has letters that the terminal does not write as access15 reads them",
        ),
    ],
    ids=["end of the input", "another encoding"],
)
def test_an_answer_that_cannot_be_read_ends_in_a_sentence(
    stdin: io.TextIOBase, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", stdin)
    with pytest.raises(ConfigError, match="^" + re.escape(said)):
        _ask("Quale?", [], "", "it")


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("  a b.osm ", "a b.osm"),
        ("'a b.osm'", "a b.osm"),
        ('"a.osm"', "a.osm"),
        ("~/a.osm", "anna/a.osm"),
        ("'", "'"),
        (" ", None),
        ("''", None),
    ],
)
def test_a_path_as_it_is_typed_or_dropped(
    typed: str, path: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "anna")
    assert _as_path(typed) == (None if path is None else Path(path))
