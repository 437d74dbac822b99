from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from lxml import etree
from odmlib.schema_manager import get_schema_path

from crf_app.admin.roles import Role
from crf_app.export.odm_check import check_references
from crf_app.paths import resources_folder
from crf_app.services.outputs import export, print_pdf
from crf_app.services.paper import Selection
from crf_app.services.workspace import Workspace
from crf_app.words import Words, load_words
from tests.services.amendments.amended import NEW_LABEL, OLD_LABEL
from tests.services.amendments.site import COMPLETED, WEEK_3, WEEK_5, Site

ODM = "{http://www.cdisc.org/ns/odm/v1.3}"


@pytest.fixture(scope="module")
def words() -> Words:
    return load_words(resources_folder() / "words")


@pytest.fixture
def work(site_of_two_versions: Site) -> Iterator[Workspace]:
    """Two of three subjects follow version 2.0 from week 4 on."""
    with site_of_two_versions.at_work(Role.DATA_MANAGER) as work:
        yield work


def pages(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    found = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return found


def test_old_pages_print_as_they_were_collected(work: Workspace, words: Words) -> None:
    old = " ".join(pages(print_pdf(work, words, Selection(COMPLETED, "W3", form="VS"), "en")))
    new = " ".join(pages(print_pdf(work, words, Selection(COMPLETED, "W4", form="VS"), "en")))
    assert (NEW_LABEL in old, OLD_LABEL in old, "Protocol 1.0" in old, "Form VS 1.0 | Definition 1.0" in old) == (False, True, True, True)
    assert (NEW_LABEL in new, "Protocol 2.0" in new, "Form VS 2.0 | Definition 2.0" in new) == (True, True, True)
    old = " ".join(pages(print_pdf(work, words, Selection(COMPLETED, "W3", form="WND"), "en")))
    new = " ".join(pages(print_pdf(work, words, Selection(COMPLETED, "W4", form="WND"), "en")))
    assert ("Odour" in old, "Wound painful" in old) == (True, False)
    assert ("Odour" in new, "Wound painful" in new) == (False, True)


def test_the_casebook_holds_both_and_says_so_on_its_cover(work: Workspace, words: Words) -> None:
    found = pages(print_pdf(work, words, Selection(COMPLETED), "en"))
    assert "Study versions 1.0, 2.0 (W4)" in found[0]
    by_version = {version: [text for text in found if f"| Definition {version}" in text] for version in ("1.0", "2.0")}
    assert all(by_version.values())
    assert any(OLD_LABEL in text and NEW_LABEL not in text for text in by_version["1.0"])
    assert not any(NEW_LABEL in text for text in by_version["1.0"])
    alone = pages(print_pdf(work, words, Selection(WEEK_3), "en"))
    assert "Study versions" not in alone[0]
    assert not any("Definition 2.0" in text for text in alone)


def test_odm_keeps_the_data_of_each_version_apart(work: Workspace, words: Words, tmp_path: Path) -> None:
    target = tmp_path / "all.xml"
    export(work, words, "odm", target)
    assert check_references(target) == ()
    schema = etree.XMLSchema(file=get_schema_path("odm", "1.3.2"))
    assert schema.validate(etree.parse(str(target))), schema.error_log
    root = etree.parse(str(target)).getroot()
    assert [one.get("OID") for one in root.iter(f"{ODM}MetaDataVersion")] == ["MDV.1.0", "MDV.2.0"]
    parts = {one.get("MetaDataVersionOID"): one for one in root.iter(f"{ODM}ClinicalData")}
    subjects = {version: [one.get("SubjectKey") for one in part.iter(f"{ODM}SubjectData")] for version, part in parts.items()}
    assert subjects == {"MDV.1.0": [COMPLETED, WEEK_5, WEEK_3], "MDV.2.0": [COMPLETED, WEEK_5]}
    visits = {version: {one.get("StudyEventOID") for one in part.iter(f"{ODM}StudyEventData")} for version, part in parts.items()}
    assert {"SE.W3"} <= visits["MDV.1.0"] - visits["MDV.2.0"]
    assert {"SE.W8", "SE.LOG"} <= visits["MDV.2.0"]
    items = {version: {one.get("ItemOID") for one in part.iter(f"{ODM}ItemData")} for version, part in parts.items()}
    assert "I.WND.WNDODOR" in items["MDV.1.0"] - items["MDV.2.0"]
    for version, part in parts.items():
        defined = {one.get("OID") for found in root.iter(f"{ODM}MetaDataVersion") if found.get("OID") == version for one in found.iter(f"{ODM}ItemDef")}
        assert {one.get("ItemOID") for one in part.iter(f"{ODM}ItemData")} <= defined


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_csv_says_the_version(work: Workspace, words: Words, tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    export(work, words, "csv", folder)
    versions = {(row["subject"], row["visit"], row["form"]): row["study_version"] for row in read(folder / "forms.csv")}
    assert (versions[COMPLETED, "W3", "WND"], versions[COMPLETED, "W4", "WND"], versions[WEEK_3, "W3", "WND"]) == ("1.0", "2.0", "1.0")
    asked = {row["item"]: row["study_versions"] for row in read(folder / "items.csv") if row["form"] == "WND"}
    assert (asked["WNDODOR"], asked["WNDPAIN"], asked["WNDEXA"]) == ("1.0", "2.0", "1.0;2.0")
    wounds = {(row["subject"], row["visit"]): row for row in read(folder / "WND.csv")}
    assert (wounds[COMPLETED, "W3"]["WNDODOR"], wounds[COMPLETED, "W4"]["WNDODOR"]) == ("N", "")
    codes = {row["code"] for row in read(folder / "codelists.csv") if row["codelist"].endswith(("EXUDAMT", "WNDEXA"))}
    assert {"SCANT", "TRACE", "HEAVY"} <= codes
    left = {(row["subject"], row["visit"], row["item"]): (row["why"], row["value"] if "value" in row else row["text"]) for row in read(folder / "remaining.csv")}
    assert left[COMPLETED, "W4", "WNDODOR"] == ("not_in_version", "N")
