"""The word catalogue: both languages always, no placeholder forgotten, no key given twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.paths import resources_folder
from crf_app.words import LANGUAGES, Pages, Words, load_words

WORDS = Words(
    {
        "today.title": {"en": "{n} visits", "zh": "{n} 次访视"},
        "unit.kg": {"en": "kg", "zh": "kg"},
        "set.braces": {"en": "{{a}}", "zh": "{{a}}"},
    }
)


def _write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("lang, shown", [("en", "3 visits"), ("zh", "3 次访视"), ("both", "3 visits 3 次访视")])
def test_a_sentence_in_each_language(lang: str, shown: str) -> None:
    assert WORDS.text("today.title", lang, n=3) == shown


def test_both_says_the_same_word_once() -> None:
    assert WORDS.text("unit.kg", "both") == "kg"


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_unknown_key_and_forgotten_placeholder_are_faults(lang: str) -> None:
    with pytest.raises(KeyError):
        WORDS.text("today.none", lang)
    with pytest.raises(KeyError):
        WORDS.text("today.title", lang)
    with pytest.raises(KeyError):
        WORDS.text("today.title", lang, other=3)


def test_an_unknown_language_is_a_fault() -> None:
    with pytest.raises(KeyError):
        WORDS.text("today.title", "de", n=3)


@pytest.mark.parametrize("lang", ["en", "both"])
def test_braces_are_written_twice_with_and_without_parameters(lang: str) -> None:
    assert WORDS.text("set.braces", lang) == WORDS.text("set.braces", lang, n=1) == "{a}"


@given(st.text())
def test_what_is_filled_in_is_not_read_as_a_placeholder(name: str) -> None:
    words = Words({"hello": {"en": "Hello {name}", "zh": "你好 {name}"}})
    assert words.text("hello", "en", name=name) == f"Hello {name}"


def test_nested_tables_and_several_files_make_one_catalogue(tmp_path: Path) -> None:
    _write(tmp_path, "a.toml", '[a.deep]\nkey = {en = "Yes", zh = "是"}\n')
    _write(tmp_path, "b.toml", 'b.key = {en = "No", zh = "否"}\n')
    words = load_words(tmp_path)
    assert (words.text("a.deep.key", "zh"), words.text("b.key", "zh")) == ("是", "否")
    assert words.has("b.key")
    assert not words.has("b")


@pytest.mark.parametrize(
    "text, says",
    [
        ('a.key = {en = "Yes"}', "a.toml > a.key"),
        ('a.key = "Yes"', "a.toml > a.key"),
        ('key = "Yes"', "a.toml > key"),
        ('a.key = {en = "Yes", zh = "是", de = "Ja"}', "a.toml > a.key"),
        ('a.key = {en = "Yes", zh = 1}', "a.toml > a.key"),
        ('a.key = {en = "Yes", zh = " "}', "a.toml > a.key"),
    ],
)
def test_a_missing_language_is_named_with_file_and_key(text: str, says: str, tmp_path: Path) -> None:
    _write(tmp_path, "a.toml", text)
    with pytest.raises(ValueError, match=re.escape(says)):
        load_words(tmp_path)


def test_a_key_given_in_two_files_is_named(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        _write(tmp_path, name, 'a.key = {en = "Yes", zh = "是"}')
    with pytest.raises(ValueError, match=re.escape("b.toml > a.key")):
        load_words(tmp_path)


def test_pages_read_a_file_when_one_of_its_words_is_asked_for(tmp_path: Path) -> None:
    for name, key in (("a.toml", "a.key"), ("b.toml", "b.key"), ("c.toml", "else.key")):
        _write(tmp_path, name, f'{key} = {{en = "Yes", zh = "是"}}')
    pages = Pages(tmp_path)
    for gone in ("a.toml", "c.toml"):
        (tmp_path / gone).rename(tmp_path / f"{gone}.away")
    assert Words(pages).text("b.key", "en") == "Yes", "the others are not read for it"
    for gone in ("a.toml", "c.toml"):
        (tmp_path / f"{gone}.away").rename(tmp_path / gone)
    assert Words(pages).text("else.key", "zh") == "是", "a key of another area is found all the same"
    assert not Words(pages).has("no.key")
    assert sorted(pages) == sorted(load_words(tmp_path).entries)
    assert len(pages) == 3


def test_pages_name_a_key_given_in_two_files(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        _write(tmp_path, name, 'a.key = {en = "Yes", zh = "是"}')
    pages = Pages(tmp_path)
    assert pages["a.key"]["en"] == "Yes"
    with pytest.raises(ValueError, match=re.escape("b.toml > a.key")):
        pages.read_next()


def test_the_catalogue_of_the_program_is_sound() -> None:
    folder = resources_folder() / "words"
    words = load_words(folder)
    assert words.entries or not list(folder.glob("*.toml"))
    for key, entry in words.entries.items():
        placeholders = [set(re.findall(r"(?<!{){(\w+)[^}]*}", entry[lang])) for lang in LANGUAGES]
        assert placeholders[0] == placeholders[1], f"{key}: the languages have different placeholders"
