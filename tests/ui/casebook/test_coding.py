"""Coding by key: search with the verbatim term, Enter stores, nothing is stored without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crf_app.services.coding import code_row, coded_row
from crf_app.services.dictionaries import keep_dictionary, read_dictionary
from crf_app.services.session import identify
from crf_app.ui.casebook.term_list import names, place
from crf_app.ui.form.table_view import TableGroup
from tests import made_up_meddra as made_up
from tests.ui.casebook.conftest import ADMIN_PASSWORD, Desk


def load(desk: Desk, folder: Path, *contents: made_up.Files) -> None:
    """The administrator loads a dictionary before the coordinator's work goes on."""
    work, at_work = desk.work, desk.work.actor
    work.actor = identify(work, "admin", ADMIN_PASSWORD)
    work.database.use_signer(work.actor.signer)
    folders = [made_up.write(folder / str(number), content) for number, content in enumerate(contents)]
    keep_dictionary(work, [one.release for one in read_dictionary(folders) if one.release is not None])
    work.actor = at_work
    work.database.use_signer(at_work.signer if at_work else None)


@pytest.fixture
def coding(desk: Desk, tmp_path: Path) -> Desk:
    """Two events without codes, a dictionary in both languages."""
    desk.enter("LOG", "AE", "AETERM", "wobbling FOOT")
    desk.enter("LOG", "AE", "AETERM", "Fever, like gold", row=2)
    load(desk, tmp_path / "meddra", made_up.files("en"), made_up.files("zh"))
    desk.open("LOG", "AE")
    return desk


def shown(desk: Desk) -> list[str]:
    """The terms on the list."""
    model = desk.page.coding.model
    return [model.term(row).llt.en for row in range(model.rowCount())]


def press(desk: Desk, key: Qt.Key) -> None:
    """A key in the search line."""
    QTest.keyClick(desk.page.coding.edit, key)


def test_without_a_dictionary_the_key_does_nothing(desk: Desk) -> None:
    desk.enter("LOG", "AE", "AETERM", "wobbling FOOT")
    desk.open("LOG", "AE")
    assert not desk.context.actions.run("casebook.code")
    assert not desk.context.actions.run("casebook.code_all")


def test_an_exact_match_is_shown_first_and_stored_only_by_enter(coding: Desk) -> None:
    popup = coding.page.coding
    before = coding.work.database.head.no
    assert coding.context.actions.run("casebook.code")
    assert popup.edit.text() == "wobbling FOOT"
    assert popup.model.term(0).exact
    assert shown(coding)[0] == "Wobbling foot"
    press(coding, Qt.Key.Key_Escape)
    assert popup.isHidden()
    assert coding.work.database.head.no == before
    coding.context.actions.run("casebook.code")
    press(coding, Qt.Key.Key_Return)
    assert popup.isHidden()
    coded = coded_row(coding.work, coding.key("LOG", "AE", "AETERM")).coded
    assert (coded.llt, coded.pt_code, coded.version) == ("Wobbling foot", made_up.pt(0), "97.0")


def test_another_term_by_other_words_and_the_arrows(coding: Desk) -> None:
    coding.page.coding.open([coding.key("LOG", "AE", "AETERM", row=2)])
    coding.page.coding.edit.setText("金色")
    assert shown(coding) == ["Fever, golden", "Golden fever"]
    press(coding, Qt.Key.Key_Down)
    press(coding, Qt.Key.Key_Return)
    assert coded_row(coding.work, coding.key("LOG", "AE", "AETERM", row=2)).coded.llt_code == made_up.llt(5)


def test_words_that_are_in_no_term_are_said(coding: Desk) -> None:
    coding.page.coding.open([coding.key("LOG", "AE", "AETERM")])
    coding.page.coding.edit.setText("zebra")
    assert shown(coding) == []
    assert "No term like this" in coding.page.coding.note.text()
    press(coding, Qt.Key.Key_Return)
    assert not coding.page.coding.isHidden()
    assert coded_row(coding.work, coding.key("LOG", "AE", "AETERM")).coded.llt_code == ""


def test_all_that_waits_one_after_the_other(coding: Desk, tmp_path: Path) -> None:
    popup = coding.page.coding
    assert coding.context.actions.run("casebook.code_all")
    assert "1 of 2" in popup.head.text()
    press(coding, Qt.Key.Key_Tab)
    assert popup.verbatim.text() == "Fever, like gold"
    press(coding, Qt.Key.Key_Return)
    assert "Every term" in popup.verbatim.text()
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert popup.isHidden()
    assert coded_row(coding.work, coding.key("LOG", "AE", "AETERM")).coded.llt_code == ""
    load(coding, tmp_path / "next", made_up.files("en", "98.0", moved={5: 1, 6: 1}))
    coding.context.actions.run("casebook.code_all")
    assert "Stands elsewhere in MedDRA 98.0" in popup.state.text()
    press(coding, Qt.Key.Key_Return)
    coded = coded_row(coding.work, coding.key("LOG", "AE", "AETERM", row=2)).coded
    assert (coded.pt, coded.version) == ("Wobble", "98.0")


def test_a_term_is_said_with_both_languages_and_its_place(coding: Desk) -> None:
    popup = coding.page.coding
    popup.open([coding.key("LOG", "AE", "AETERM")])
    term = popup.model.term(0)
    assert names(term.llt) == "Wobbling foot · 脚晃"
    assert place(term) == "Foot wobble · 足部摇晃  ›  Wobbly disorders · 摇晃类疾病"
    spoken = str(popup.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert "exact match" in spoken
    assert made_up.llt(1) in spoken


def test_the_sae_report_is_a_key_away_on_its_form(coding: Desk) -> None:
    coding.enter("LOG", "AE", "AESER", "Y")
    assert not coding.context.actions.run("casebook.sae_report")
    coding.open("LOG", "SAE")
    assert coding.context.actions.run("casebook.sae_report")
    assert coding.page.print_page.scope_name == "report"
    coding.page.print_page.leave()


def test_a_duplicated_row_leaves_the_code_behind(coding: Desk) -> None:
    assert code_row(coding.work, coding.key("LOG", "AE", "AETERM"), made_up.llt(1)).stored
    coding.open("LOG", "AE")
    table = coding.page.pane.view.findChild(TableGroup)
    assert table is not None
    assert not any("coded" in one.tags for one in table.model.items)
    table.duplicate_row(0)
    assert coding.value("LOG", "AE", "AETERM", row=3) == "wobbling FOOT"
    assert coding.value("LOG", "AE", "AELLTCD", row=3) == ""
