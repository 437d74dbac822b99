"""The dictionary beside the data: encrypted, both languages by code, search."""

from __future__ import annotations

from pathlib import Path

import pytest

from crf_app.errors import ExpectedError
from crf_app.store.dictionary import LanguagePart, dictionary_path, loaded_versions, open_dictionary, write_dictionary
from crf_app.study.meddra import read_release
from tests import made_up_meddra as made_up

KEY = bytes(range(32))


def part(lang: str, version: str = "97.0") -> LanguagePart:
    release = read_release(made_up.files(lang, version)).release
    assert release is not None
    return LanguagePart(lang, release.sha256, release.terms, release.paths)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_dictionary(tmp_path, KEY, "97.0", [part("en"), part("zh")])
    return tmp_path


def _search(folder: Path, text: str) -> list[str]:
    with open_dictionary(folder, KEY, "97.0") as dictionary:
        return [one.llt.en for one in dictionary.search(text)]


def test_nothing_of_it_can_be_read_without_the_key(folder: Path) -> None:
    content = dictionary_path(folder, "97.0").read_bytes()
    assert b"wobble" not in content.lower()
    assert "摇晃".encode() not in content
    assert not content.startswith(b"SQLite format")
    with pytest.raises(ExpectedError) as caught, open_dictionary(folder, bytes(32), "97.0"):
        pass
    assert caught.value.code == "dictionary_unreadable"


def test_both_languages_side_by_side_by_code(folder: Path) -> None:
    with open_dictionary(folder, KEY, "97.0") as dictionary:
        found = dictionary.llt(made_up.llt(1))
        assert found is not None
        assert (found.llt.en, found.llt.zh) == ("Wobbling foot", "脚晃")
        assert (found.pt.en, found.pt.zh, found.soc.zh) == ("Foot wobble", "足部摇晃", "摇晃类疾病")
        about = dictionary.about()
    assert (about.version, about.languages, about.terms) == ("97.0", ("en", "zh"), 8)


def test_a_second_language_is_added_to_what_is_there(tmp_path: Path) -> None:
    write_dictionary(tmp_path, KEY, "97.0", [part("en")])
    with open_dictionary(tmp_path, KEY, "97.0") as dictionary:
        english = dictionary.part("en")
        assert dictionary.part("zh") is None
    assert english is not None
    write_dictionary(tmp_path, KEY, "97.0", [english, part("zh")])
    write_dictionary(tmp_path, KEY, "96.1", [part("en", "96.1")])
    assert loaded_versions(tmp_path) == ("96.1", "97.0")
    assert not list((tmp_path / "dictionaries").glob("*.new"))
    with open_dictionary(tmp_path, KEY, "97.0") as dictionary:
        term = dictionary.term("SOC", made_up.soc(1))
        assert term is not None
        assert (term.en, term.zh) == ("Shiny disorders", "闪光类疾病")
        assert dictionary.about().sha256 == {"en": part("en").sha256, "zh": part("zh").sha256}


@pytest.mark.parametrize(
    "text, first",
    [
        ("wobbling of the left foot", "Wobbling foot"),
        ("WOBBLE", "Wobble"),
        ("fever golden", "Golden fever"),
        ("gold", "Golden fever"),
        ("皮肤发亮两天", "Shiny skin"),
        ("闪光", "Skin shine"),
        ("热", "Golden fever"),
        ("94000002", "Wobbling foot"),
    ],
)
def test_the_likeliest_term_comes_first(folder: Path, text: str, first: str) -> None:
    assert _search(folder, text)[0] == first


def test_what_is_not_found_and_what_is_not_current(folder: Path) -> None:
    assert _search(folder, "zebra") == []
    assert _search(folder, '  "( * ') == []
    assert "Old wobble" not in _search(folder, "old wobble")
    with open_dictionary(folder, KEY, "97.0") as dictionary:
        assert dictionary.exact("Old wobble") == ()
        assert [one.llt.code for one in dictionary.exact(" ｗobbling  FOOT")] == [made_up.llt(1)]
        assert [one.exact for one in dictionary.exact("脚晃")] == [True]
        assert dictionary.exact("") == ()


def test_versions_are_never_paths(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a version"):
        dictionary_path(tmp_path, "../97.0")
    with pytest.raises(ExpectedError) as caught, open_dictionary(tmp_path, KEY, "97.0"):
        pass
    assert caught.value.code == "no_dictionary"
