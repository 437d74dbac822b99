"""Reading a release of MedDRA: encodings, layout, references; every fault with file and line."""

from __future__ import annotations

import pytest

from crf_app.study.meddra import FILES, Fault, read_release
from crf_app.study.terms import asked_words, folded, likeness, stored_words
from tests import made_up_meddra as made_up


def _changed(name: str, old: bytes, new: bytes) -> made_up.Files:
    files = made_up.files()
    assert files[name].count(old)
    return {**files, name: files[name].replace(old, new, 1)}


@pytest.mark.parametrize(
    "lang, encoding, found",
    [("en", "utf-8", "utf-8"), ("en", "latin-1", "utf-8"), ("zh", "utf-8", "utf-8"), ("zh", "utf-8-sig", "utf-8"), ("zh", "gb18030", "gb18030")],
)
def test_a_release_in_either_language_and_encoding(lang: str, encoding: str, found: str) -> None:
    reading = read_release(made_up.files(lang, encoding=encoding))
    assert reading.faults == ()
    assert reading.release is not None
    assert (reading.release.version, reading.release.lang, reading.release.encoding) == ("97.0", lang, found)
    names = {one.code: one.name for one in reading.release.terms if one.level == "LLT"}
    assert names[made_up.llt(1)] == {"en": "Wobbling foot", "zh": "脚晃"}[lang]
    assert [one.primary for one in reading.release.paths] == [True] * 4
    assert len(reading.release.sha256) == 64


def test_accented_letters_are_latin_not_chinese() -> None:
    files = made_up.files()
    files["llt.asc"] = files["llt.asc"].replace(b"Wobbling foot", "Wöbblingé foot".encode("latin-1"))
    reading = read_release(files)
    assert reading.release is not None
    assert reading.release.encoding == "latin-1"
    assert "Wöbblingé foot" in {one.name for one in reading.release.terms}


def test_what_is_current_and_what_stands_above() -> None:
    release = read_release(made_up.files()).release
    assert release is not None
    terms = {(one.level, one.code): one for one in release.terms}
    assert terms["LLT", made_up.llt(7)].current is False
    assert terms["LLT", made_up.llt(0)].parent == made_up.pt(0)
    assert terms["PT", made_up.pt(2)].parent == made_up.soc(1)


def test_all_missing_files_are_named_at_once() -> None:
    reading = read_release({"pt.asc": b""})
    assert reading.release is None
    assert [(one.file, one.code) for one in reading.faults] == [(name, "missing_file") for name in FILES if name != "pt.asc"]


@pytest.mark.parametrize(
    "name, old, new, fault",
    [
        ("llt.asc", b"Wobbling foot$", b"Wobbling foot$$", Fault("llt.asc", 2, "fields", {"found": 12, "expected": "10 / 11"})),
        ("llt.asc", b"$N$$\r\n", b"$N\r\n", Fault("llt.asc", 8, "no_end")),
        ("llt.asc", b"93000001", b"93009999", Fault("llt.asc", 1, "reference", {"code": "93009999", "level": "PT", "named": "pt.asc"})),
        ("pt.asc", b"$90000001$", b"$90000009$", Fault("pt.asc", 1, "reference", {"code": "90000009", "level": "SOC", "named": "soc.asc"})),
        ("hlt_pt.asc", b"92000001", b"92000009", Fault("hlt_pt.asc", 1, "reference", {"code": "92000009", "level": "HLT", "named": "hlt.asc"})),
        ("soc.asc", b"90000002", b"90000001", Fault("soc.asc", 2, "twice", {"code": "90000001"})),
        ("soc.asc", b"90000002", b"9000x002", Fault("soc.asc", 2, "code", {"code": "9000x002"})),
        ("hlgt.asc", b"Shines of all kinds", b"", Fault("hlgt.asc", 2, "no_name", {"code": "91000002"})),
        ("meddra_release.asc", b"97.0", b"ninety", Fault("meddra_release.asc", 1, "version", {"version": "ninety"})),
        ("meddra_release.asc", b"English", b"Klingon", Fault("meddra_release.asc", 1, "language", {"language": "Klingon"})),
        ("mdhier.asc", b"$Y$", b"$N$", Fault("mdhier.asc", 0, "no_primary", {"code": "93000001"})),
    ],
)
def test_each_fault_says_file_line_and_what(name: str, old: bytes, new: bytes, fault: Fault) -> None:
    reading = read_release(_changed(name, old, new))
    assert reading.release is None
    assert fault in reading.faults


def test_an_empty_file_and_many_faults() -> None:
    assert Fault("hlt.asc", 0, "empty") in read_release({**made_up.files(), "hlt.asc": b""}).faults
    reading = read_release({**made_up.files(), "llt.asc": b"x$\r\n" * 50})
    assert len(reading.faults) == 20
    assert reading.more == 30


def test_words_a_term_is_found_by() -> None:
    assert stored_words("Shiny Skin") == ("shiny", "skin")
    assert stored_words("足部摇晃") == ("足", "部", "摇", "晃", "足部", "部摇", "摇晃")
    assert asked_words("Pains in the left foot") == ("pain", "left", "foot")
    assert asked_words("痛") == ("痛",)
    assert asked_words("足痛 NOS") == ("足痛",)
    assert folded("  ＷＯＢＢＬＥ  foot ") == "wobble foot"


def test_likeness_is_whole_for_the_same_words_and_nothing_for_others() -> None:
    assert likeness(asked_words("wobbles of the foot"), "Foot wobbles") == 1.0
    assert likeness(asked_words("足部摇晃"), "足部摇晃") == 1.0
    assert likeness(asked_words("gold"), "Skin shine") == 0.0
    assert likeness((), "Skin shine") == 0.0
    near, far = (likeness(asked_words("pain in left foot"), name) for name in ("Foot pain", "Pain"))
    assert 1 > near > far > 0
