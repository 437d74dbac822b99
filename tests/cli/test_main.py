from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from crf_app.cli import derive as derive_module
from crf_app.cli.parser import parse_arguments
from crf_app.cli.terminal import PASSWORD_VARIABLE, chosen_language, open_terminal
from crf_app.errors import ExpectedError
from tests.cli.conftest import Run

CASES = Path(__file__).parents[1] / "data" / "derivations.json"
COMMANDS = ("open", "demo", "study", "derive", "print", "export", "endpoints", "calendar", "verify")


def test_help_names_every_command(run: Run) -> None:
    said = run("--help")
    text = "\n".join(said.lines)
    assert said.code == 0
    assert [one for one in (*COMMANDS, "--self-check", PASSWORD_VARIABLE) if one not in text] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("command", [*COMMANDS, "study list", "study check", "study release"])
def test_every_command_explains_itself(run: Run, command: str, lang: str) -> None:
    said = run("--lang", lang, *command.split(), "--help")
    assert said.code == 0
    assert any("\u4e00" <= one <= "\u9fff" for one in "".join(said.lines)) == (lang == "zh")


@pytest.mark.parametrize("arguments", [["nonsense"], ["print"], ["demo", "x", "--subjects", "0"], ["export", "d", "--user", "u", "--format", "sas", "--out", "o"]])
def test_a_wrong_argument_is_one_line(run: Run, arguments: list[str]) -> None:
    said = run(*arguments)
    assert (said.code, said.lines, len(said.errors)) == (1, [], 1)
    assert "--help" in said.errors[0]


def test_no_command_takes_a_password_as_argument(run: Run) -> None:
    said = run("verify", "folder", "--user", "u", "--password", "secret words of mine")
    assert said.code == 1
    assert "--password" in said.errors[0]


def test_derive_passes_the_worked_examples(run: Run) -> None:
    said = run("derive", CASES)
    assert (said.code, said.errors) == (0, [])
    passed = len(json.loads(CASES.read_text(encoding="utf-8"))["cases"])
    assert said.lines == [f"{passed} passed, 0 failed"]


def test_derive_prints_each_failure_and_fails(run: Run, tmp_path: Path) -> None:
    case = {"id": "mine", "derivation": "D02", "inputs": {"H": "170", "W": "65"}, "expected": {"value": "22.6"}}
    (tmp_path / "cases.json").write_text(json.dumps({"cases": [case]}))
    said = run("derive", tmp_path / "cases.json")
    assert said.code == 1
    assert said.lines == ["mine: value: expected 22.6, got 22.5", "0 passed, 1 failed"]
    report = json.loads("\n".join(run("derive", tmp_path / "cases.json", "--json").lines))
    assert (report["passed"], report["failed"], report["failures"][0]["case_id"]) == (0, 1, "mine")


def test_an_expected_error_is_one_line_in_the_users_language(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    english = run("derive", "/nowhere/cases.json")
    assert (english.code, len(english.errors)) == (1, 1)
    assert "cannot be read" in english.errors[0]
    monkeypatch.setenv("CRF_APP_LANG", "zh_CN.UTF-8")
    assert "无法读取" in run("derive", "/nowhere/cases.json").errors[0]
    assert "cannot be read" in run("--lang", "en", "derive", "/nowhere/cases.json").errors[0]


def test_an_unexpected_error_leaves_a_report_without_its_text(run: Run, monkeypatch: pytest.MonkeyPatch, state_folder_of_the_test: Path) -> None:
    def fail(path: Path) -> None:
        raise RuntimeError("value of a subject")

    monkeypatch.setattr(derive_module, "run_cases", fail)
    said = run("derive", CASES)
    assert (said.code, said.lines, len(said.errors)) == (2, [], 1)
    (report,) = state_folder_of_the_test.glob("error-*.txt")
    assert str(report) in said.errors[0]
    content = report.read_text()
    assert "RuntimeError" in content
    assert "derive.py" in content
    assert "value of a subject" not in content


def test_an_error_without_a_sentence_is_named_by_its_code() -> None:
    sentence = open_terminal("en").sentence(ExpectedError("never_heard_of", place="x"))
    assert "never_heard_of" in sentence


@pytest.mark.parametrize(
    ("arguments", "variable", "wanted"),
    [([], "", "en"), ([], "zh", "zh"), ([], "zh_CN.UTF-8", "zh"), ([], "fr", "en"), (["--lang", "zh"], "en", "zh"), (["--lang=en"], "zh", "en"),
     (["print", "--lang", "zh"], "en", "en")],
)  # fmt: skip
def test_the_language(arguments: list[str], variable: str, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRF_APP_LANG", variable)
    assert chosen_language(arguments) == wanted


def test_the_language_of_paper_is_not_that_of_messages() -> None:
    given = parse_arguments(["print", "d", "--user", "u", "--blank", "--lang", "zh", "--out", "x.pdf"], open_terminal("en"))
    assert (given.lang, given.paper_lang) == (None, "zh")


class _Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_password_comes_from_the_environment_a_prompt_or_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal("en")
    monkeypatch.setenv(PASSWORD_VARIABLE, "from the environment")
    assert terminal.password("u") == "from the environment"
    monkeypatch.delenv(PASSWORD_VARIABLE)
    monkeypatch.setattr("sys.stdin", io.StringIO("from a line\nand more\n"))
    assert terminal.password("u") == "from a line"
    monkeypatch.setattr("sys.stdin", _Keyboard())
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return "typed"

    monkeypatch.setattr("getpass.getpass", ask)
    assert terminal.password("coordinator") == "typed"
    assert "coordinator" in asked[0]


def test_no_password_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(ExpectedError) as caught:
        open_terminal("en").password("u")
    assert caught.value.code == "no_password"


def test_a_terminal_without_chinese_shows_code_points() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "crf_app", "--lang", "zh", "derive", "/nowhere"], env={"PYTHONIOENCODING": "ascii", "PATH": ""}, capture_output=True,
        text=True, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 1
    assert "\\u" in done.stderr


def test_commands_start_without_the_window_or_the_database() -> None:
    program = "import sys; from crf_app.__main__ import main; code = main(sys.argv[1:]); print(sorted({'PySide6', 'sqlalchemy', 'reportlab', 'lxml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program, "derive", str(CASES)], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(("arguments", "folder"), [((), None), (("open", "somewhere"), Path("somewhere")), (("--lang", "zh"), None)])
def test_the_window_opens(run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], folder: Path | None) -> None:
    import crf_app.app

    opened: list[Path | None] = []

    def window(chosen: Path | None = None) -> int:
        opened.append(chosen)
        return 0

    monkeypatch.setattr(crf_app.app, "run", window)
    assert run(*arguments).code == 0
    assert opened == [folder]


def test_a_window_that_fails_fails_the_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import crf_app.app

    monkeypatch.setattr(crf_app.app, "run", lambda _: 3)
    assert run("open", "somewhere").code == 3
