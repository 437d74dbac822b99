"""Loading a dictionary, coding rows by search, coding again after a new version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.keys import ItemKey
from crf_app.clinical.record import Visibility
from crf_app.errors import ExpectedError
from crf_app.services.administration import set_parameter
from crf_app.services.coding import (
    clear_code,
    code_row,
    coded_row,
    rows_to_code,
    rows_to_code_again,
    search_terms,
    verbatim_key,
)
from crf_app.services.dictionaries import dictionary_versions, keep_dictionary, read_dictionary, version_in_force
from crf_app.services.forms import complete_form
from crf_app.services.reading import read_form
from crf_app.store.ledger_reading import newest_entries
from crf_app.study.meddra import Release
from tests import made_up_meddra as made_up
from tests.once import Once
from tests.services.demo.cohorts import SECOND, source_of
from tests.services.world import World, copied_world


def releases(folder: Path, *contents: made_up.Files) -> list[Release]:
    """What was read from folders that hold these files."""
    folders = [made_up.write(folder / str(number), content) for number, content in enumerate(contents)]
    found = [one.release for one in read_dictionary(folders)]
    assert all(found)
    return [one for one in found if one is not None]


def load(world: World, folder: Path, *contents: made_up.Files) -> None:
    """The administrator loads a dictionary."""
    at_work = world.work.actor
    keep_dictionary(world.be(Role.ADMINISTRATOR), releases(folder, *contents))
    world.work.actor = at_work
    world.work.database.use_signer(at_work.signer if at_work else None)


@pytest.fixture
def site(once: Once, tmp_path: Path) -> Iterator[World]:
    """A subject of a real trial with three adverse events and a disease."""
    world = copied_world(once, tmp_path / "workspace", source_of(SECOND))
    world.enter({"LOG/AE/AE#1/AETERM": "wobbling FOOT", "LOG/AE/AE#2/AETERM": "Fever after gold", "LOG/AE/AE#3/AETERM": "摇晃"})
    world.enter({"LOG/MH/MHYN": "Y", "LOG/MH/MH#1/MHTERM": "Shiny skin"})
    yield world
    world.check()
    world.work.close()


def verbatim(world: World, address: str) -> ItemKey:
    return world.key(address)


def test_without_a_dictionary_nothing_is_asked_and_nothing_can_be_coded(site: World) -> None:
    record = read_form(site.work, site.key("LOG/AE/AE#1/AETERM").form_key)
    coded = [one for one in record.items() if "coded" in one.item.tags]
    assert coded
    assert {one.visibility for one in coded} == {Visibility.HIDDEN}
    with pytest.raises(ExpectedError, match="no_dictionary"):
        search_terms(site.work, "foot")
    with pytest.raises(ExpectedError, match="no_dictionary"):
        code_row(site.work, site.key("LOG/AE/AE#1/AETERM"), made_up.llt(1))


def test_loading_is_an_event_with_version_and_hash(site: World, tmp_path: Path) -> None:
    load(site, tmp_path, made_up.files("en"), made_up.files("zh", encoding="gb18030"))
    entry = newest_entries(site.work.database, 1)[0]
    assert entry.command == "load_dictionary"
    details = entry.details
    assert details["version"] == "97.0"
    assert details["encoding"] == {"en": "utf-8", "zh": "gb18030"}
    assert {lang: len(one) for lang, one in details["sha256"].items()} == {"en": 64, "zh": 64}
    assert details["terms"] == 8
    assert version_in_force(site.work) == "97.0"
    assert [(one.version, one.languages) for one in dictionary_versions(site.work)] == [("97.0", ("en", "zh"))]


def test_only_an_administrator_loads(site: World, tmp_path: Path) -> None:
    found = releases(tmp_path, made_up.files())
    for role in (Role.COORDINATOR, Role.INVESTIGATOR, Role.MONITOR, Role.DATA_MANAGER):
        with pytest.raises(ExpectedError, match="no_right"):
            keep_dictionary(site.be(role), found)
    assert not dictionary_versions(site.work)


def test_what_does_not_belong_together_is_refused(site: World, tmp_path: Path) -> None:
    site.be(Role.ADMINISTRATOR)
    with pytest.raises(ExpectedError, match="dictionary_versions"):
        keep_dictionary(site.work, releases(tmp_path / "a", made_up.files("en"), made_up.files("zh", "96.1")))
    with pytest.raises(ExpectedError, match="dictionary_languages"):
        keep_dictionary(site.work, releases(tmp_path / "b", made_up.files("en"), made_up.files("en")))
    with pytest.raises(ExpectedError, match="no_folder"):
        read_dictionary([tmp_path / "nowhere"])
    with pytest.raises(ExpectedError, match="no_dictionary"):
        set_parameter(site.work, "meddra_version", "98.0", reason="test")
    assert not dictionary_versions(site.work)


def test_a_second_language_joins_and_an_older_version_is_not_put_in_force(site: World, tmp_path: Path) -> None:
    load(site, tmp_path / "a", made_up.files("en"))
    load(site, tmp_path / "b", made_up.files("zh"))
    load(site, tmp_path / "c", made_up.files("en", "96.1"))
    assert [(one.version, one.languages) for one in dictionary_versions(site.work)] == [("96.1", ("en",)), ("97.0", ("en", "zh"))]
    assert version_in_force(site.work) == "97.0"
    assert search_terms(site.work, "脚晃")[0].llt.en == "Wobbling foot"
    set_parameter(site.be(Role.ADMINISTRATOR), "meddra_version", "96.1", reason="the sponsor codes in it")
    site.be(Role.COORDINATOR)
    assert search_terms(site.work, "脚晃") == ()


def test_a_row_is_coded_with_all_that_belongs_to_it(site: World, tmp_path: Path) -> None:
    load(site, tmp_path, made_up.files("en"), made_up.files("zh"))
    key = site.key("LOG/AE/AE#1/AETERM")
    assert verbatim_key(site.work, key.form_key, 1) == key
    assert code_row(site.work, key, made_up.llt(1)).stored
    coded = coded_row(site.work, key).coded
    assert (coded.llt, coded.llt_code, coded.pt, coded.pt_code) == ("Wobbling foot", made_up.llt(1), "Foot wobble", made_up.pt(0))
    assert (coded.soc, coded.soc_code, coded.version) == ("Wobbly disorders", made_up.soc(0), "97.0")
    assert newest_entries(site.work.database, 1)[0].command == "enter_items"
    record = read_form(site.work, key.form_key)
    shown = {one.item.oid: one for one in record.items() if "coded" in one.item.tags and one.key.row == 1}
    assert {one.visibility for one in shown.values()} == {Visibility.SHOWN}
    assert not any(one.editable or one.required for one in shown.values())
    assert clear_code(site.work, key).stored
    assert coded_row(site.work, key).coded.llt_code == ""


def test_codes_are_never_typed(site: World, tmp_path: Path) -> None:
    load(site, tmp_path, made_up.files())
    outcome = site.tries({"LOG/AE/AE#1/AELLT": "Wobbling foot"})
    assert [one.code for one in outcome.problems.values()] == ["coded"]
    with pytest.raises(ExpectedError, match="no_term"):
        code_row(site.work, site.key("LOG/AE/AE#1/AETERM"), made_up.llt(7))
    with pytest.raises(ExpectedError, match="no_term"):
        code_row(site.work, site.key("LOG/AE/AE#1/AETERM"), "1")
    with pytest.raises(ExpectedError, match="no_row"):
        code_row(site.work, site.key("LOG/AE/AE#9/AETERM"), made_up.llt(1))
    with pytest.raises(ExpectedError, match="no_right"):
        code_row(site.be(Role.MONITOR), site.key("LOG/AE/AE#1/AETERM"), made_up.llt(1))


def test_only_exact_matches_are_proposed_for_confirmation_and_nothing_is_stored(site: World, tmp_path: Path) -> None:
    load(site, tmp_path, made_up.files("en"), made_up.files("zh"))
    before = site.work.database.head.no
    found = {one.verbatim: one.proposal.llt.code if one.proposal else "" for one in rows_to_code(site.work)}
    assert found == {"wobbling FOOT": made_up.llt(1), "Fever after gold": "", "摇晃": made_up.llt(2), "Shiny skin": made_up.llt(4)}
    assert site.work.database.head.no == before


def test_a_new_version_lists_what_changed(site: World, tmp_path: Path) -> None:
    load(site, tmp_path / "a", made_up.files("en"), made_up.files("zh"))
    for address, number in (("LOG/AE/AE#1/AETERM", 1), ("LOG/AE/AE#2/AETERM", 5), ("LOG/AE/AE#3/AETERM", 2), ("LOG/MH/MH#1/MHTERM", 4)):
        assert code_row(site.work, site.key(address), made_up.llt(number)).stored
    assert rows_to_code_again(site.work) == ()
    load(site, tmp_path / "b", made_up.files("en", "98.0", moved={1: 1}, gone=frozenset({5}), renamed={2: "Skin gleam"}))
    found = {one.verbatim: one for one in rows_to_code_again(site.work)}
    assert {name: one.change for name, one in found.items()} == {"wobbling FOOT": "moved", "Fever after gold": "not_current", "摇晃": "same", "Shiny skin": "renamed"}
    moved = found["wobbling FOOT"]
    assert moved.proposal is not None
    assert (moved.coded.pt, moved.proposal.pt.en) == ("Foot wobble", "Wobble")
    assert found["Fever after gold"].proposal is None
    assert code_row(site.work, moved.key, moved.proposal.llt.code).stored
    assert coded_row(site.work, moved.key).coded.version == "98.0"
    assert "wobbling FOOT" not in {one.verbatim for one in rows_to_code_again(site.work)}


def test_after_complete_a_code_needs_a_reason(site: World, tmp_path: Path) -> None:
    load(site, tmp_path, made_up.files())
    key = site.key("LOG/MH/MH#1/MHTERM")
    site.enter({"LOG/MH/MH#1/MHSTDAT": "2020", "LOG/MH/MH#1/MHONGO": "Y", "LOG/MH/MH#1/MHTRT": "N"})
    assert complete_form(site.work, key.form_key).completed
    assert code_row(site.work, key, made_up.llt(4)).reason_required
    assert code_row(site.work, key, made_up.llt(4), reason="MedDRA 97.0").stored
