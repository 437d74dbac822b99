"""Loading the site's dictionary in the window: what is wrong is listed, what is right is kept and in force."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from crf_app.services.dictionaries import version_in_force
from crf_app.ui.administration.dictionary import DictionarySection
from tests import made_up_meddra as made_up
from tests.ui.shell_support import Hands


def _section(hands: Hands) -> DictionarySection:
    hands.log_in("admin")
    hands.frame.administration.show_section("dictionary")
    return next(one for one in hands.frame.administration.sections if isinstance(one, DictionarySection))


def _load(qtbot: QtBot, section: DictionarySection) -> None:
    section.start()
    qtbot.waitUntil(section.load.isEnabled, timeout=10_000)


def _states(section: DictionarySection) -> list[tuple[str, str, str]]:
    lines = [section.table.lines.line(row) for row in range(section.table.lines.rowCount())]
    return [(one.cells[0], one.cells[1], one.cells[-1]) for one in lines]


def test_both_languages_are_loaded_and_in_force(hands: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    section = _section(hands)
    section.folders["en"].edit.setText(str(made_up.write(tmp_path / "en", made_up.files("en"))))
    section.folders["zh"].edit.setText(str(made_up.write(tmp_path / "zh", made_up.files("zh", encoding="gb18030"))))
    _load(qtbot, section)
    assert "MedDRA 97.0 is loaded: English · Chinese." in section.result.toPlainText()
    assert "Chinese: read as GB18030" in section.result.toPlainText()
    assert version_in_force(section.context.work) == "97.0"
    section.folders["zh"].edit.clear()
    section.folders["en"].edit.setText(str(made_up.write(tmp_path / "old", made_up.files("en", "96.1"))))
    _load(qtbot, section)
    assert _states(section) == [("96.1", "English", "kept"), ("97.0", "English · Chinese", "in force")]


def test_every_fault_is_listed_with_file_line_and_remedy_and_nothing_is_kept(hands: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    section = _section(hands)
    broken = made_up.files("en")
    broken["llt.asc"] = broken["llt.asc"].replace(b"93000001", b"93009999", 1)
    del broken["soc_hlgt.asc"]
    section.folders["en"].edit.setText(str(made_up.write(tmp_path / "en", broken)))
    _load(qtbot, section)
    assert section.result.toPlainText().startswith("soc_hlgt.asc is missing.")
    (tmp_path / "en" / "soc_hlgt.asc").write_bytes(made_up.files("en")["soc_hlgt.asc"])
    _load(qtbot, section)
    assert section.result.toPlainText() == "llt.asc, line 1: PT 93009999 is not in pt.asc. All files must be of the same release."
    section.context.language_hub.set_language("zh")
    assert "第 1 行" in section.result.toPlainText()
    section.context.language_hub.set_language("en")
    assert _states(section) == []
    assert version_in_force(section.context.work) == ""


def test_a_folder_is_needed_and_must_be_there(hands: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    section = _section(hands)
    section.start()
    assert "folder" in section.folders["en"].error.words.text()
    section.folders["en"].edit.setText(str(tmp_path / "nowhere"))
    _load(qtbot, section)
    assert "nowhere" in section.result.toPlainText()


def test_only_who_keeps_the_site_tables_sees_it(hands: Hands) -> None:
    hands.log_in("crc")
    assert not any(isinstance(one, DictionarySection) for one in hands.frame.administration.sections)
