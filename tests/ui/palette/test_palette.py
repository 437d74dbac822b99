"""The palette, the help of keys, language and theme while the window runs."""

from __future__ import annotations

from collections import defaultdict

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from crf_app.services.search import Hit
from tests.ui.shell_support import Hands


def test_a_form_is_found_by_a_few_letters_and_enter_goes_there(hands: Hands) -> None:
    hands.log_in("crc")
    hands.control(Qt.Key.Key_K)
    hands.type("002 scr vital")
    first = hands.frame.palette_panel.hits.row(hands.frame.palette_panel.list.currentIndex().row())
    assert isinstance(first, Hit)
    assert (first.kind, first.subject, first.form.form if first.form else "") == ("form", "01-002", "VS")
    hands.key(Qt.Key.Key_Return)
    assert hands.frame.place == "casebook"
    assert not hands.frame.palette_panel.isVisible()


def test_an_action_is_found_and_run(hands: Hands) -> None:
    hands.log_in("crc")
    hands.control(Qt.Key.Key_K)
    hands.type("dark col")
    hands.key(Qt.Key.Key_Return)
    assert hands.gate.look.themes.theme.name == "dark"
    assert hands.focus == "today/list"


def test_chinese_words_find_too_and_escape_closes(hands: Hands) -> None:
    hands.log_in("crc")
    hands.control(Qt.Key.Key_K)
    hands.frame.palette_panel.edit.setText("002 筛选")
    kinds = [row.kind for row in map(hands.frame.palette_panel.hits.row, range(hands.frame.palette_panel.hits.rowCount())) if isinstance(row, Hit)]
    assert "visit" in kinds
    hands.key(Qt.Key.Key_Escape)
    assert hands.focus == "today/list"


def test_an_administrator_finds_actions_but_no_subject(hands: Hands) -> None:
    hands.log_in("admin")
    hands.control(Qt.Key.Key_K)
    hands.type("01-001")
    assert hands.frame.palette_panel.hits.rowCount() == 0


def test_the_help_lists_every_shortcut_of_the_table(hands: Hands) -> None:
    hands.log_in("crc")
    hands.key(Qt.Key.Key_F1)
    assert hands.focus == "key_help"
    said = hands.frame.key_help.accessibleDescription()
    table = hands.frame.context.actions.rows()
    assert all(hands.gate.look.tr(row.words) in said for row in table if row.shortcuts)
    hands.key(Qt.Key.Key_Escape)
    assert hands.focus == "today/list"


@pytest.mark.parametrize("login", ["crc", "pi", "cra", "admin"])
def test_no_key_means_two_things_at_once(hands: Hands, login: str) -> None:
    """Qt runs nothing at all for a key that two actions in sight claim; pages of the frame are never in sight together."""
    hands.log_in(login)
    pages, claimed = list(hands.frame.pages.values()), defaultdict(list)
    for action in hands.frame.findChildren(QAction):
        for sequence in action.shortcuts() if action.isEnabled() else ():
            claimed[sequence.toString()].append(action.parent())
    assert "Ctrl+L" in claimed
    for key, owners in claimed.items():
        assert len(owners) == 1 or (all(one in pages for one in owners) and len(set(owners)) == len(owners)), key


def test_the_help_shows_each_key_once(hands: Hands) -> None:
    hands.log_in("crc")
    for lang in ("en", "zh"):
        hands.gate.look.languages.set_language(lang)
        lines = [line for _, rows in hands.frame.key_help.columns() for line in rows]
        keys = [key for _, key in lines]
        assert len(set(keys)) == len(keys)
        for words, key in lines:
            assert key not in words.replace("+", " "), words


@pytest.mark.parametrize("login", ["crc", "admin"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_opens_in_both_languages_and_themes(hands: Hands, login: str, theme: str) -> None:
    hands.gate.look.themes.set_mode(theme)
    hands.log_in(login)
    for _ in range(2):
        hands.key(Qt.Key.Key_F9)
        for place, page in hands.frame.pages.items():
            if place == "casebook":
                continue
            hands.frame.go(place)
            assert page.grab().width() > 0
        for section in hands.frame.administration.sections:
            hands.frame.administration.show_section(section.section_name)
            assert section.grab().width() > 0
    assert hands.gate.look.languages.lang == "en"


def test_the_language_changes_while_the_window_runs(hands: Hands) -> None:
    hands.log_in("crc")
    hands.key(Qt.Key.Key_F9)
    assert hands.frame.today.head.title.text() == "今日"
    assert hands.frame.top_bar.person.text() == "演示协调员"
    hands.key(Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    assert hands.gate.look.languages.bilingual
