"""A released document is the study, the whole study, and the same bytes each time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from crf_app.study.definition import StudyDef
from crf_app.study.loading import load_study
from crf_app.study.released import read_released, release_bytes
from tests.clinical.small import small_study
from tests.study.mini import write_study

TRIALS = sorted(path.parent for path in (Path(__file__).parents[2] / "forms").glob("*/*/study.toml"))


def _round_trip(study: StudyDef) -> None:
    content = release_bytes(study)
    again = read_released(content)
    assert again.sha256 == hashlib.sha256(content).hexdigest()
    assert replace(again, sha256="") == study
    assert {oid: dict(form.index) for oid, form in again.forms.items()} == {oid: dict(form.index) for oid, form in study.forms.items()}
    assert release_bytes(again) == content


def test_small_studies_read_back_as_they_were(tmp_path: Path) -> None:
    _round_trip(load_study(write_study(tmp_path)))
    _round_trip(small_study())


@pytest.mark.parametrize("folder", TRIALS, ids=lambda one: one.parent.name)
def test_every_trial_reads_back_as_it_was(folder: Path) -> None:
    _round_trip(load_study(folder))


def test_any_change_changes_the_hash() -> None:
    study = small_study()
    other = replace(study, target_enrolment=study.target_enrolment + 1)
    assert read_released(release_bytes(study)).sha256 != read_released(release_bytes(other)).sha256


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"format": 2, "study": {}}', b"not json", b""])
def test_other_documents_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError):
        read_released(content)


def test_the_document_is_plain_json_in_one_line() -> None:
    content = release_bytes(small_study())
    assert content.count(b"\n") == 1
    assert json.loads(content)["study"]["oid"] == "SMALL"
