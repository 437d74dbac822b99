"""demo, print, export and verify on one small workspace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from crf_app.cli import demo as demo_module
from crf_app.cli.terminal import PASSWORD_VARIABLE
from crf_app.clock import SystemClock
from crf_app.services.demo.build import Demo, make_cohort, make_logins
from crf_app.services.demo.plans import plans
from crf_app.services.session import log_out, open_workspace
from crf_app.services.studies import find_study
from crf_app.store.vault import unlock
from tests.cli.conftest import Run
from tests.pdf.reading import Paper

LOGINS = {one.user: one.password for one in make_logins(1)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """One subject in screening."""
    cohort = [one for one in plans(12, 1) if one.name == "screening"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRF_APP_STATE", str(tmp_path_factory.mktemp("state")))
        return make_cohort(tmp_path_factory.mktemp("demo") / "workspace", find_study("NCT05999656"), SystemClock().now(), cohort)


@pytest.fixture
def folder(made: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy; the password of the data manager is in the environment."""
    monkeypatch.setenv(PASSWORD_VARIABLE, LOGINS["datamanager"])
    return Path(shutil.copytree(made.folder, tmp_path / "workspace"))


def test_demo_prints_the_log_ins(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Demo) -> None:
    asked: list[tuple[int, int]] = []

    def make(folder: Path, study: object, now: object, *, subjects: int, seed: int, progress: object) -> Demo:
        asked.append((subjects, seed))
        return made

    monkeypatch.setattr(demo_module, "make_demo", make)
    said = run("demo", tmp_path / "new", "--subjects", "3", "--seed", "9", "--no-window")
    assert said.code == 0
    assert asked == [(3, 9)]
    logins = [line.split() for line in said.lines if line.startswith("login ")]
    assert [one[2] for one in logins] == ["administrator", "coordinator", "investigator", "monitor", "data_manager"]
    assert all(len(one) == 4 and len(one[3]) >= 15 for one in logins)
    kept = (made.folder / "logins.txt").read_text(encoding="utf-8").splitlines()
    assert kept[:-1] == [line for line in said.lines if line.startswith("login ")]
    assert made.recovery_code in kept[-1]


def test_demo_of_an_unknown_study_is_refused(run: Run, tmp_path: Path) -> None:
    said = run("demo", tmp_path / "new", "--study", "NCT00000000", "--no-window")
    assert said.code == 1
    assert "HCBMNC-DF" in said.errors[0]
    assert not (tmp_path / "new").exists()


def test_verify_says_intact_and_where_the_ledger_ends(run: Run, folder: Path) -> None:
    said = run("verify", folder, "--user", "datamanager")
    assert (said.code, said.errors, said.lines[0]) == (0, [], "intact")
    anchor = said.lines[1].split()[-1]
    again = run("verify", folder, "--user", "datamanager", "--since", anchor)
    assert (again.code, again.lines[0]) == (0, "intact")
    assert again.lines[1] == said.lines[1], "verifying writes nothing into the ledger"


def test_verify_refuses_what_is_no_anchor(run: Run, folder: Path) -> None:
    said = run("verify", folder, "--user", "datamanager", "--since", "yesterday")
    assert said.code == 1
    assert "yesterday" in said.errors[0]


def test_verify_names_the_place_of_a_changed_row(run: Run, folder: Path) -> None:
    key = unlock(folder, "datamanager", LOGINS["datamanager"], SystemClock()).data_key
    connection = dbapi2.connect(str(folder / "data.db"))
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("UPDATE subject SET state = 'completed'")
    connection.commit()
    connection.close()
    said = run("verify", folder, "--user", "datamanager")
    assert (said.code, said.lines, len(said.errors)) == (1, [], 1)
    assert "subject" in said.errors[0]
    assert "01-001" in said.errors[0]


def test_print_writes_a_pdf_and_never_over_another(run: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "vs.pdf"
    arguments = ("print", folder, "--user", "datamanager", "--subject", "01-001", "--visit", "SCR", "--form", "VS", "--lang", "zh", "--out", out)
    said = run(*arguments)
    assert (said.code, said.errors) == (0, [])
    content = out.read_bytes()
    assert content.startswith(b"%PDF")
    again = run(*arguments)
    assert again.code == 1
    assert out.read_bytes() == content


def test_print_adds_an_appendix_of_charts_to_the_whole_casebook(run: Run, folder: Path, tmp_path: Path) -> None:
    plain, drawn = tmp_path / "plain.pdf", tmp_path / "charts.pdf"
    arguments = ("print", folder, "--user", "datamanager", "--subject", "01-001", "--lang", "en", "--out")
    assert run(*arguments, plain).code == 0
    assert run(*arguments, drawn, "--charts").code == 0
    pages = [len(Paper(one.read_bytes())) for one in (plain, drawn)]
    assert pages[1] > pages[0]
    said = run(*arguments, tmp_path / "x.pdf", "--charts", "--visit", "SCR")
    assert (said.code, len(said.errors)) == (1, 1)
    assert "--charts goes with the whole casebook" in said.errors[0]
    assert not (tmp_path / "x.pdf").exists()


def test_print_makes_blank_paper(run: Run, folder: Path, tmp_path: Path) -> None:
    said = run("print", folder, "--user", "datamanager", "--blank", "--form", "AE", "--out", tmp_path / "ae.pdf")
    assert (said.code, said.errors) == (0, [])
    assert (tmp_path / "ae.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(("wrong", "said_in"), [(["--visit", "W99"], "W99"), (["--form", "XX"], "XX"), (["--visit", "UNS#x"], "UNS#x")])
def test_print_names_what_there_is(run: Run, folder: Path, tmp_path: Path, wrong: list[str], said_in: str) -> None:
    said = run("print", folder, "--user", "datamanager", "--subject", "01-001", *wrong, "--out", tmp_path / "x.pdf")
    assert (said.code, len(said.errors)) == (1, 1)
    assert said_in in said.errors[0]
    assert not (tmp_path / "x.pdf").exists()


def test_print_of_nobody_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    said = run("print", folder, "--user", "datamanager", "--subject", "99-999", "--out", tmp_path / "x.pdf")
    assert (said.code, len(said.errors)) == (1, 1)


@pytest.mark.parametrize("kind", ["csv", "odm"])
def test_export_writes_data_once(run: Run, folder: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / kind
    said = run("export", folder, "--user", "datamanager", "--format", kind, "--out", out)
    assert (said.code, said.errors) == (0, [])
    assert out.is_dir() == (kind == "csv")
    assert run("export", folder, "--user", "datamanager", "--format", kind, "--out", out).code == 1


def test_endpoints_writes_three_files_once(run: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "variables.csv"
    said = run("endpoints", folder, "--user", "datamanager", "--out", out)
    assert (said.code, said.errors) == (0, [])
    assert [one.name for one in sorted(tmp_path.glob("variables*"))] == ["variables-summary.csv", "variables-trace.csv", "variables.csv"]
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) > 1
    assert run("endpoints", folder, "--user", "datamanager", "--out", out).code == 1


def test_calendar_writes_a_file_once_in_the_language_of_the_command(run: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "visits.ics"
    said = run("--lang", "zh", "calendar", folder, "--user", "datamanager", "--out", out, "--from", "2020-01-01")
    assert (said.code, said.errors) == (0, [])
    assert "计划访视" in out.read_text(encoding="utf-8")
    assert run("calendar", folder, "--user", "datamanager", "--out", out).code == 1
    wrong = run("calendar", folder, "--user", "datamanager", "--out", tmp_path / "x.ics", "--to", "31.12.2026")
    assert (wrong.code, len(wrong.errors)) == (1, 1)
    assert "YYYY-MM-DD" in wrong.errors[0]


def test_who_may_not_export_is_told_so(run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, LOGINS["coordinator"])
    said = run("export", folder, "--user", "coordinator", "--format", "odm", "--out", tmp_path / "x.xml")
    assert (said.code, len(said.errors)) == (1, 1)
    assert not (tmp_path / "x.xml").exists()


@pytest.mark.parametrize("arguments", [["verify"], ["export", "--format", "odm", "--out", "x.xml"], ["print", "--blank", "--out", "x.pdf"]])
def test_a_wrong_password_is_one_line(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(PASSWORD_VARIABLE, "not the right password")
    said = run(arguments[0], folder, "--user", "datamanager", *arguments[1:])
    assert (said.code, said.lines, len(said.errors)) == (1, [], 1)


@pytest.mark.parametrize("arguments", [["verify"], ["export", "--format", "odm", "--out", "x.xml"], ["print", "--blank", "--out", "x.pdf"]])
def test_an_open_workspace_is_refused_with_who_has_it(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    window = open_workspace(folder, "coordinator", LOGINS["coordinator"], SystemClock())
    said = run(arguments[0], folder, "--user", "datamanager", *arguments[1:])
    log_out(window)
    assert (said.code, said.lines, len(said.errors)) == (1, [], 1)
    assert "coordinator" in said.errors[0]


def test_a_folder_that_is_none_is_refused(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "whatever words")
    said = run("verify", tmp_path, "--user", "u")
    assert (said.code, len(said.errors)) == (1, 1)
    assert "workspace.toml" in said.errors[0]


def test_queries_writes_a_list_for_a_monitoring_visit(run: Run, folder: Path, tmp_path: Path) -> None:
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("pdf", b"%PDF-")):
        out = tmp_path / f"queries.{kind}"
        said = run("queries", folder, "--user", "datamanager", "--format", kind, "--filter", "state:all", "--out", out)
        assert (said.code, said.errors) == (0, [])
        assert out.read_bytes().startswith(start)
        again = run("queries", folder, "--user", "datamanager", "--format", kind, "--out", out)
        assert again.code == 1
        assert "queries" in again.errors[0]
    wrong = run("queries", folder, "--user", "datamanager", "--format", "csv", "--filter", "form:nowhere", "--out", tmp_path / "none.csv")
    assert (wrong.code, "form:nowhere" in wrong.errors[0]) == (1, True)
    assert not (tmp_path / "none.csv").exists()
