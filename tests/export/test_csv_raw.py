"""Raw CSV reads back to the same values, byte for byte, and says everything about itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crf_app.clinical.record import EventStatus, SubjectRecord
from crf_app.clinical.values import Value
from crf_app.errors import ExpectedError
from crf_app.export.csv_raw import write_csv
from crf_app.paths import resources_folder
from crf_app.words import load_words
from tests.export import sample, strategies
from tests.export.reading import collected, read_csv_values, read_manifest, read_sheet

WORDS = load_words(resources_folder() / "words")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("csv") / "out"
    write_csv([sample.subject("01-001"), sample.subject("01-002")], sample.CONTEXT, made, WORDS)
    return made


def test_values_read_back_as_they_were(folder: Path) -> None:
    records = list(collected([sample.subject("01-001"), sample.subject("01-002")]))
    assert read_csv_values(folder) == {record.key: record.value for record in records}
    assert any(record.value.text == sample.HOSTILE for record in records)


def test_a_file_per_form_and_per_repeating_group(folder: Path) -> None:
    assert {"VS.VS.csv", "AE.AE.csv", "LB.csv", "WND.csv"} <= {path.name for path in folder.iterdir()}


def test_bytes_are_utf8_with_mark_and_crlf(folder: Path) -> None:
    content = (folder / "AE.AE.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfsubject,visit,visit_repeat,form_repeat,row,visit_date,AESPID,")
    assert "Event 2 事件".encode() in content
    assert content.count(b"\r\n") == content.count(b"\n") == 5


def test_a_column_of_an_awkwardly_named_item_is_not_taken(folder: Path) -> None:
    row = read_sheet(folder / "LB.csv")[0]
    assert (row["CRP_LBORRES_STD"], row["CRP_LBORRES__STD"]) == ("plain", "5.0")


def test_dictionary_names_every_column_of_every_file(folder: Path) -> None:
    lines = read_sheet(folder / "items.csv")
    for file in {line["file"] for line in lines}:
        header = (folder / file).read_text(encoding="utf-8-sig").splitlines()[0].split(",")
        assert header[6:] == [line["column"] for line in lines if line["file"] == file]
    lists = {line["codelist"] for line in read_sheet(folder / "codelists.csv")}
    assert {line["codelist"] for line in lines if line["codelist"]} == lists == {"NY", "TISSUE", "WND.METH"}


def test_what_was_not_collected_stands_apart_with_its_reason(folder: Path) -> None:
    lines = [line for line in read_sheet(folder / "remaining.csv") if line["subject"] == "01-001"]
    assert [(line["item"], line["row"], line["why"], line["text"]) for line in lines] == [
        ("PULSE", "1", "hidden", "72"),
        ("PULSE", "2", "hidden", "99"),
        ("AESPID", "3", "row_deleted", "3"),
        ("AETERM", "3", "row_deleted", "Event 3 事件"),
        ("AESTDAT", "3", "row_deleted", "2026-02-28"),
    ]


def test_a_value_without_column_is_kept(tmp_path: Path) -> None:
    scr = sample.EVENTS[0]
    form = sample.form("01-001", scr, sample.VS, [{"VSPERF": Value(missing="UK", reason="no")}])
    write_csv([SubjectRecord("01-001", "", (sample.event(scr, [form]),))], sample.CONTEXT, tmp_path / "out", WORDS)
    (line,) = read_sheet(tmp_path / "out" / "remaining.csv")
    assert (line["item"], line["why"], line["missing"], line["reason"]) == ("VSPERF", "no_column", "UK", "no")


def test_history_and_visits_are_there(folder: Path) -> None:
    changes = read_sheet(folder / "changes.csv")
    reasons = [line["reason"] for line in changes if line["item"] == "VSDAT"]
    assert reasons == ["typing error 录入错误"] * 8
    assert {(line["entry"], line["user"], line["when"]) for line in changes} == {
        ("7", "coord", "2026-03-17T01:30:00+00:00")
    }
    visits = [(line["visit"], line["visit_repeat"], line["status"]) for line in read_sheet(folder / "visits.csv")]
    assert visits[:4] == [("SCR", "1", "done"), ("UNS", "1", "done"), ("UNS", "2", "done"), ("LOG", "1", "done")]


def test_a_missed_visit_keeps_its_reason(tmp_path: Path) -> None:
    missed = replace(sample.event(sample.EVENTS[0], [], status=EventStatus.MISSED), reason="travel 出差")
    write_csv([SubjectRecord("01-001", "", (missed,))], sample.CONTEXT, tmp_path / "out", WORDS)
    (line,) = read_sheet(tmp_path / "out" / "visits.csv")
    assert (line["status"], line["reason"]) == ("missed", "travel 出差")


def test_manifest_names_format_ledger_and_hashes(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert (manifest["format"], manifest["synthetic"], manifest["deidentified"]) == ("raw", True, False)
    assert manifest["ledger"] == {"entry": 42, "hash": "ab" * 32}
    files = manifest["files"]
    assert isinstance(files, list)
    assert {one["name"] for one in files} == {path.name for path in folder.iterdir()} - {"manifest.json"}
    for one in files:
        assert one["sha256"] == hashlib.sha256((folder / one["name"]).read_bytes()).hexdigest()


def test_readme_says_synthetic_and_raw_in_both_languages(folder: Path) -> None:
    text = (folder / "readme.txt").read_text(encoding="utf-8-sig")
    for word in ("SYNTHETIC", "合成数据", "Format: raw", "格式：原始"):
        assert word in text


def test_a_used_folder_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ExpectedError) as caught:
        write_csv([], sample.CONTEXT, tmp_path, WORDS)
    assert caught.value.code == "export_folder_used"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_failed_export_leaves_nothing(tmp_path: Path) -> None:
    def subjects() -> Iterator[SubjectRecord]:
        yield sample.subject()
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_csv(subjects(), sample.CONTEXT, tmp_path / "out", WORDS)
    assert list(tmp_path.iterdir()) == []


def test_half_a_character_is_refused_with_its_place(tmp_path: Path) -> None:
    scr = sample.EVENTS[0]
    form = sample.form("01-001", scr, sample.VS, [{"VSNOTE": Value("\ud842")}])
    with pytest.raises(ExpectedError) as caught:
        write_csv([SubjectRecord("01-001", "", (sample.event(scr, [form]),))], sample.CONTEXT, tmp_path / "o", WORDS)
    assert (caught.value.code, caught.value.parameters["where"]) == ("export_text", "01-001 SCR/VS")


def test_every_failure_has_its_sentence() -> None:
    for code in ("export_definition", "export_folder_used", "export_text"):
        assert WORDS.has(f"error.{code}")


@settings(max_examples=30, deadline=None)
@given(st.lists(strategies.subjects(), min_size=1, max_size=2, unique_by=lambda one: one.subject))
def test_any_casebook_reads_back_the_same(subjects: list[SubjectRecord]) -> None:
    with TemporaryDirectory() as place:
        write_csv(subjects, sample.CONTEXT, Path(place) / "out", WORDS)
        expected = {record.key: record.value for record in collected(subjects)}
        assert read_csv_values(Path(place) / "out") == expected
