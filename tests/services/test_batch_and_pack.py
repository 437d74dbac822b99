"""The casebooks of all subjects in one go, and what a monitor takes along."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.cli import parser
from crf_app.errors import ExpectedError
from crf_app.paths import resources_folder
from crf_app.pdf.annexes import ANNEXES
from crf_app.services import outputs, paper, paper_signing
from crf_app.services.batch import BatchOrder, print_batch
from crf_app.services.monitoring import pack_pdf
from crf_app.services.outputs import print_pdf
from crf_app.services.paper import ALL_ANNEXES, Options, Selection
from crf_app.services.subjects import create_subject
from crf_app.store.ledger_reading import entries_of_command
from crf_app.words import load_words
from tests.pdf.archive_checks import archive_faults
from tests.pdf.reading import Paper
from tests.services.workflow.life import finished, signed
from tests.services.world import START, World

WORDS = load_words(resources_folder() / "words")


def three_subjects(world: World) -> list[str]:
    """Two more beside the first."""
    return [world.subject, *(create_subject(world.work, f"2026-02-0{day}")[0] for day in (1, 2))]


def test_a_batch_writes_a_casebook_for_each_subject_and_an_event_for_each(world: World, tmp_path: Path) -> None:
    numbers = three_subjects(world)
    steps: list[tuple[int, int]] = []
    report = print_batch(world.work, WORDS, BatchOrder(tmp_path / "all", "en"), progress=lambda done, of: steps.append((done, of)))
    assert [path.name for path in report.written] == [f"{number}_casebook_en.pdf" for number in numbers]
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]
    for number, path in zip(numbers, report.written, strict=True):
        assert number in Paper(path.read_bytes()).text(0)
        assert archive_faults(path.read_bytes()) == []
    printed = entries_of_command(world.work.database, "print")
    assert [entry.object for entry in printed][:3] == list(reversed(numbers))


def test_cancelling_leaves_whole_files_only(world: World, tmp_path: Path) -> None:
    three_subjects(world)
    made: list[Path] = []

    def stop() -> bool:
        return bool(list((tmp_path / "all").glob("*.pdf")))

    report = print_batch(world.work, WORDS, BatchOrder(tmp_path / "all", "en"), cancelled=stop)
    made = sorted((tmp_path / "all").iterdir())
    assert report.cancelled
    assert [*report.written] == made
    assert len(made) == 1
    assert len(Paper(made[0].read_bytes())) > 2
    assert len(entries_of_command(world.work.database, "print")) == 1


def test_nothing_is_overwritten_and_a_full_disk_ends_it_without_a_half_file(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = three_subjects(world)
    order = BatchOrder(tmp_path / "all", "en", subjects=(numbers[1],))
    print_batch(world.work, WORDS, order)
    with pytest.raises(ExpectedError, match=r"batch_exists"):
        print_batch(world.work, WORDS, BatchOrder(tmp_path / "all", "en"))
    with pytest.raises(ExpectedError, match=r"no_subject"):
        print_batch(world.work, WORDS, BatchOrder(tmp_path / "all", "en", subjects=("99-999",)))

    def full(path: Path, _content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(outputs, "replace_file", full)
    before = world.work.database.head
    with pytest.raises(ExpectedError, match=r"target_disk_full"):
        print_batch(world.work, WORDS, BatchOrder(tmp_path / "more", "en"))
    assert list((tmp_path / "more").iterdir()) == []
    assert world.work.database.head == before


def test_a_pack_has_what_changed_since_the_day_and_nothing_older(world: World) -> None:
    create_subject(world.work, "2026-02-01")
    world.enter({"SCR/DM/SUBJINIT": "OLDX"})
    world.clock.advance(timedelta(days=10))
    world.enter({"SCR/DM/SUBJINIT": "NEWX"}, reason="misread on the source")
    signed(world, finished(world))
    since = (START + timedelta(days=5)).date()
    content = pack_pdf(world.be(Role.MONITOR), WORDS, since, "both")
    flat = Paper(content).flat()
    assert archive_faults(content) == []
    assert "OLDX→NEWX" in flat
    assert "misreadonthesource" in flat
    assert "blank空白→OLDX" not in flat
    assert "Ihavereviewedthisrecord" in flat
    titles = [title for _, title, _ in Paper(content).outline()]
    assert world.subject in titles
    entry = entries_of_command(world.work.database, "print")[0]
    assert entry.details["pack"] == "monitoring"
    assert entry.role == "monitor"


def test_a_pack_of_a_day_to_come_or_of_nobody_is_refused(world: World) -> None:
    with pytest.raises(ExpectedError, match=r"pack_in_future"):
        pack_pdf(world.work, WORDS, (START + timedelta(days=2)).date(), "en")
    with pytest.raises(ExpectedError, match=r"no_subject"):
        pack_pdf(world.work, WORDS, START.date(), "en", ("99-999",))


def test_the_audit_annex_has_every_change_and_act(world: World) -> None:
    world.enter({"SCR/DM/SUBJINIT": "AAAA"})
    world.enter({"SCR/DM/SUBJINIT": "BBBB"})
    world.enter({"SCR/DM/SUBJINIT": "CCCC"}, reason="third reading 第三次核对")
    signed(world, finished(world))
    content = print_pdf(world.work, WORDS, Selection(world.subject), "both", options=Options(("audit", "queries", "attachments")))
    flat = Paper(content).flat()
    for wanted in ("blank空白→AAAA", "AAAA→BBBB", "BBBB→CCCC", "thirdreading第三次核对", "recordsigned签署记录", "subjectcreated新建受试者"):
        assert wanted in flat
    titles = [title for _, title, _ in Paper(content).outline()]
    assert any(title.startswith("Audit trail") for title in titles)
    assert any(title.startswith("Queries (") for title in titles)


def test_data_inside_need_the_right_to_export(world: World) -> None:
    options = Options(with_data=True)
    with pytest.raises(ExpectedError, match=r"no_right"):
        print_pdf(world.be(Role.COORDINATOR), WORDS, Selection(world.subject), "en", options=options)
    content = print_pdf(world.be(Role.INVESTIGATOR), WORDS, Selection(world.subject), "en", options=options)
    with Paper(content).inside() as pdf:
        odm = pdf.attachments[f"{world.subject}.odm.xml"].get_file().read_bytes()
    assert b"<ODM" in odm
    assert world.subject.encode() in odm
    assert archive_faults(content) == []


def test_annotated_forms_name_every_item_once(world: World) -> None:
    content = print_pdf(world.work, WORDS, Selection(), "both", options=Options(annotated=True))
    flat = Paper(content).flat()
    for form in {place.form for event in world.work.study.events for place in event.forms}:
        for item in world.work.study.forms[form].items:
            assert f"I.{form}.{item.oid}" in flat, item.oid


def test_lists_that_stand_in_two_places_are_the_same() -> None:
    assert tuple(ANNEXES) == ALL_ANNEXES == parser.ALL_ANNEXES
    assert parser.MEANINGS == paper_signing.MEANINGS
    assert set(paper.Options().annexes) < set(ALL_ANNEXES)
    for key in (*ALL_ANNEXES, *(f"meaning.{one}" for one in paper_signing.MEANINGS)):
        assert WORDS.has(f"pdf.{key}")
