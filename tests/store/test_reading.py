"""What is put comes back through the reading functions, as values and not as rows."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from crf_app.clinical.keys import FormKey
from crf_app.errors import ExpectedError
from crf_app.store import findings, forms, matrix, parameters, queries, references, signatures, subjects, users
from crf_app.store.attachments import attachment_path, read_attachment, read_file, store_file
from crf_app.store.instance_lock import HOLDER_NAME, take_instance_lock
from crf_app.store.verify import verify
from crf_app.store.workspace_files import WorkspaceFile, prepare_folder, read_workspace_file, write_workspace_file
from tests.store.conftest import ADMIN, NURSE, SYSBP, World

VS = FormKey("01-001", "SCR", 1, "VS", 1)


def test_every_area_reads_back(full_world: World) -> None:
    db = full_world.db
    assert [subject.number for subject in subjects.read_subjects(db)] == ["01-001"]
    assert subjects.read_subject(db, "01-002") is None
    assert subjects.next_ordinal(db) == 2
    assert [event.state for event in subjects.read_events(db, "01-001")] == ["started"]
    assert [one.number for one in subjects.find_subjects(db, "-0")] == ["01-001"]
    assert subjects.find_subjects(db, "%") == ()
    assert forms.read_forms(db, "01-001")[VS].answered == 2
    assert forms.read_form(db, VS._replace(form="AE")) is None
    assert [row.deleted for row in forms.read_group_rows(db, "01-001")] == [False]
    assert forms.read_form_rows(db, VS) == forms.read_group_rows(db, "01-001")
    assert [user.user_id for user in users.read_users(db)] == [ADMIN, NURSE]
    assert users.read_user(db, "nobody") is None
    found = findings.read_findings(db, "01-001")
    assert [(one.rule, one.address, one.parameters) for one in found] == [("X20", SYSBP.address, {"low": "90"})]
    assert findings.read_all_findings(db) == found
    assert findings.count_findings(db) == {("SOFT", "open"): 1}
    assert queries.read_queries(db, "01-001") == queries.read_unresolved_queries(db) == queries.read_queries_by_id(db, [9, 1])
    assert queries.read_query(db, 2) is None
    assert (queries.read_open_queries(db), queries.subjects_with_open(db)) == ((), frozenset())
    asked = queries.read_query(db, 1)
    assert asked is not None
    assert asked.text == {"en": "Please check", "zh": "请核对"}
    assert [(one.number, one.act, one.text) for one in queries.read_messages(db, 1)] == [(1, "answer", "measured twice")]
    assert queries.next_message(db, 1) == 2
    assert [(one.open, one.answered) for one in queries.query_counts(db)] == [(0, 1)]
    assert queries.next_query_id(db) == 2
    assert signatures.read_signatures(db, "01-001")[0].digest == hashlib.sha256(b"signed").hexdigest()
    assert signatures.next_signature_id(db) == 2
    assert signatures.latest_snapshot(db, "01-001", "eligibility") == signatures.read_snapshots(db, "01-001")[0]
    assert signatures.next_snapshot_id(db) == 2
    assert parameters.read_workspace(db).synthetic
    assert not parameters.read_parameters(db)["window_days"].confirmed
    assert parameters.read_study_content(db, "DEMO", "1") == b'{"synthetic": "definition"}'
    with pytest.raises(ExpectedError):
        parameters.read_study_content(db, "DEMO", "2")


def test_the_newest_version_of_a_site_row_counts(full_world: World) -> None:
    with full_world.db.begin(full_world.command("edit_laboratory", ADMIN)) as unit:
        unit.put("site_row", {"kind": "laboratory", "row_id": "LAB1", "version": 2, "content": {"name": "New"}})
    assert [row.version for row in references.read_site_rows(full_world.db, "laboratory")] == [2]
    assert [row.version for row in references.read_site_row_versions(full_world.db, "laboratory", "LAB1")] == [1, 2]


def test_the_matrix_shows_each_visit(full_world: World) -> None:
    with full_world.db.begin(full_world.command("plan", ADMIN)) as unit:
        unit.put("subject", {"number": "01-002", "ordinal": 2, "state": "treatment"})
        for repeat in (2, 1):
            unit.put("event_state", {"subject": "01-002", "event": "UNS", "event_repeat": repeat, "state": "due",
                                     "visit_date": "2026-03", "out_of_window": True})
    rows = matrix.matrix_all(full_world.db)
    assert rows == matrix.matrix_page(full_world.db, 0, 10)
    assert rows[0].cells == (matrix.MatrixCell("SCR", 1, "started", "", "", 1, 0),)
    assert [(cell.event_repeat, cell.visit_date, cell.out_of_window) for cell in rows[1].cells] == [
        (1, "2026-03", 1), (2, "2026-03", 1)]
    chosen = matrix.MatrixFilter(state="treatment", text="002")
    assert [row.number for row in matrix.matrix_page(full_world.db, 0, 10, chosen)] == ["01-002"]
    assert (matrix.matrix_size(full_world.db), matrix.matrix_size(full_world.db, chosen)) == (2, 1)


def test_put_patch_and_remove_are_replayed(full_world: World) -> None:
    row = {"subject": "01-001", "event": "SCR", "form": "VS", "state": "in_progress", "answered": 2, "total": 4}
    with full_world.db.begin(full_world.command("change", ADMIN)) as unit:
        assert not unit.put("form_state", row)
        assert unit.put("form_state", {**row, "answered": 3})
        assert unit.patch("form_state", VS, {"state": "complete"})
        assert unit.remove("finding", ["01-001", "X20", SYSBP.address])
        assert not unit.remove("finding", ["01-001", "X20", SYSBP.address])
    stored = forms.read_form(full_world.db, VS)
    assert stored is not None
    assert (stored.answered, stored.state) == (3, "complete")
    assert verify(full_world.db).intact


@pytest.mark.parametrize(("table", "row", "words"), [
    ("item_current", {}, "not a table"),
    ("subject", {"number": "x", "colour": "red"}, "no column"),
    ("subject", {"number": "x"}, "needs a value"),
    ("subject", {"number": "x", "ordinal": 1.5, "state": "y"}, "cannot hold float"),
    ("study_version", {"oid": "DEMO", "version": "1", "sha256": "0" * 64, "content": b""}, "append-only"),
])
def test_a_row_that_is_none_is_refused(full_world: World, table: str, row: dict[str, object], words: str) -> None:
    with full_world.db.begin(full_world.command("change", ADMIN)) as unit, pytest.raises(ValueError, match=words):
        unit.put(table, row)


def test_attachments_are_encrypted_and_checked(full_world: World) -> None:
    sha256, cipher_sha256 = store_file(full_world.folder, full_world.data_key, b"a synthetic photograph")
    row = read_attachment(full_world.db, sha256)
    assert row is not None
    assert (row.cipher_sha256, row.thumbnail) == (cipher_sha256, b"tiny")
    path = attachment_path(full_world.folder, sha256)
    assert b"synthetic" not in path.read_bytes()
    assert read_file(full_world.folder, full_world.data_key, sha256) == b"a synthetic photograph"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ExpectedError, match="attachment_damaged"):
        read_file(full_world.folder, full_world.data_key, sha256)
    path.unlink()
    with pytest.raises(ExpectedError, match="attachment_missing"):
        read_file(full_world.folder, full_world.data_key, sha256)
    with pytest.raises(ValueError, match="not a SHA-256"):
        attachment_path(full_world.folder, "../../etc/passwd")


@pytest.mark.requirement("R13")
def test_a_held_workspace_says_who_and_since_when(world: World) -> None:
    lock = take_instance_lock(world.folder, "demo", world.clock)
    with pytest.raises(ExpectedError) as caught:
        take_instance_lock(world.folder, "other", world.clock)
    assert caught.value.code == "held_by_other"
    assert (caught.value.parameters["user"], caught.value.parameters["since"]) == ("demo", "2026-03-02T09:00+00:00")
    (world.folder / HOLDER_NAME).unlink()
    with pytest.raises(ExpectedError, match="user=\\?"):
        take_instance_lock(world.folder, "other", world.clock)
    lock.release()
    lock.release()
    take_instance_lock(world.folder, "other", world.clock).release()


def test_the_workspace_file_reads_back(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    prepare_folder(folder)
    written = WorkspaceFile("W1", "NCT00000000", '01 示范中心 "A"', "2026-03-02", synthetic=True, site_en="01 Demonstration")
    write_workspace_file(folder, written)
    assert read_workspace_file(folder) == written
    lines = (folder / "workspace.toml").read_text().splitlines()
    (folder / "workspace.toml").write_text("\n".join(line for line in lines if not line.startswith("site_en")))
    assert read_workspace_file(folder) == replace(written, site_en="")
    with pytest.raises(ExpectedError, match="folder_not_empty"):
        prepare_folder(folder)
    (folder / "workspace.toml").write_text("format = ")
    with pytest.raises(ExpectedError, match="not_a_workspace"):
        read_workspace_file(folder)
