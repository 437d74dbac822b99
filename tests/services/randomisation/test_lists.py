"""Lists: a sponsor's file in any encoding, each mistake with its row, column and remedy, nothing imported half; or made here from a seed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.clinical.allocation import Remark, Scheme
from crf_app.errors import ExpectedError
from crf_app.paths import resources_folder
from crf_app.services import allocation_lists
from crf_app.services.administration import read_parameter_records
from crf_app.services.allocation_csv import ListReport, read_list
from crf_app.services.allocation_lists import ListPlan, check_list, import_list, make_list, read_status
from crf_app.services.randomisation import randomise
from crf_app.services.reading import output_context
from crf_app.services.signing import Credentials
from crf_app.store.allocations import active_list, read_lists
from crf_app.store.sealing import open_secret
from crf_app.store.vault import RECOVERY_USER, allocation_holders, unlock
from crf_app.store.verify import verify
from crf_app.study.definition import Code
from crf_app.study.texts import Text
from crf_app.words import load_words
from tests.once import study_of
from tests.services.randomisation.conftest import ADMINISTRATOR, SIGNER, TRIAL_C, Trial, arms, sheet
from tests.services.randomisation.test_randomise import code_of
from tests.services.rules.cases import TRIALS
from tests.services.rules.world import PASSWORD, set_up
from tests.services.world import make_world

WORDS = load_words(resources_folder() / "words")
ARMS = (Code("MSC", Text("HUC-MSC i.m.", "HUC-MSC肌内注射")), Code("LA", Text("Lipoic acid i.v.", "硫辛酸静脉滴注")))
SCHEME = Scheme(("MSC", "LA"), (1, 1), (21, 21), block_sizes=(4, 6))
GOOD = sheet(arms())


def report(text: str, scheme: Scheme = SCHEME) -> ListReport:
    return read_list(text.encode(), scheme, ARMS)


def said(found: tuple[Remark, ...]) -> list[tuple[str, int, str]]:
    """Code, row and column; each has a sentence in both languages that its parameters fill."""
    for one in found:
        for lang in ("en", "zh"):
            assert WORDS.text(f"randomisation.list.{one.code}", lang, **one.parameters)
            if one.column in ("number", "arm", "stratum", "block"):
                assert WORDS.has(f"randomisation.list.column_{one.column}")
    return [(one.code, one.row, one.column) for one in found]


def changed(row: int, new: str, text: str = GOOD) -> str:
    """The list with another line in that row (the heads are row 1)."""
    lines = text.splitlines()
    lines[row - 1] = new
    return "\n".join(lines)


@pytest.mark.parametrize(("encoding", "shown"), [
    ("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("gb18030", "gb18030"),
])
def test_a_list_is_read_in_every_encoding_of_a_hospital(encoding: str, shown: str) -> None:
    """Heads and arms in Chinese, full-width digits; with its mark and without."""
    heads = "number,arm,block" if encoding in ("utf-16-le", "utf-16-be") else "随机号,组别,区组"
    text = sheet(arms(), heads=heads).replace("MSC", "HUC-MSC肌内注射").replace("LA", "硫辛酸静脉滴注").replace("ZQ7-0007", "ＺＱ７-００07")
    found = read_list(text.encode(encoding), SCHEME, ARMS)
    assert (found.encoding, said(found.mistakes), said(found.notes)) == (shown, [], [])
    assert [one.arm for one in found.codes] == arms()
    assert found.codes[6].number == "ZQ7-0007"


@pytest.mark.parametrize("separator", [",", ";", "\t", "，"])
def test_separators_and_quotes(separator: str) -> None:
    text = GOOD.replace(",", separator).replace("ZQ7-0002", '"ZQ7-0002"') + "\n\n"
    assert said(report(text).mistakes) == []


@pytest.mark.parametrize(("text", "wanted"), [
    (changed(4, "ZQ7-0002,LA,1"), [("number_twice", 4, "number"), ("number_gap", 5, "number")]),
    (changed(4, "zq7-0002,LA,1"), [("number_twice", 4, "number")]),
    (changed(4, ",LA,1"), [("number_missing", 4, "number")]),
    (changed(4, "ZQ7-0003-and-much-more-than-that,LA,1"), [("number_unfit", 4, "number")]),
    (changed(4, "ZQ7-0003,PLACEBO,1"), [("arm_unknown", 4, "arm")]),
    (changed(4, "ZQ7-0003,,1"), [("arm_missing", 4, "arm")]),
    (changed(4, ",,"), [("too_few", 0, "arm"), ("block_size", 2, "block"), ("row_empty", 4, ""), ("number_gap", 5, "number")]),
    (changed(4, "ZQ7-0003,LA,1,7"), [("row_long", 4, "")]),
    (changed(4, "ZQ7-0003,MSC,1"), [("ratio_wrong", 0, "arm"), ("too_few", 0, "arm"), ("block_ratio", 2, "block")]),
    (changed(8, "ZQ7-0007,MSC,"), [("block_missing", 8, "block")]),
    (changed(1, "number,arm,centre"), [("column_unknown", 1, "centre")]),
    (changed(1, "number,block,block"), [("column_twice", 1, "block"), ("column_missing", 1, "arm")]),
    ("number,arm\n", [("file_empty", 0, "")]),
    ("", [("file_empty", 0, "")]),
    ('number,arm\n"1,MSC\n', [("csv", 0, "")]),
    ("number,arm\n1,M\0SC\n", [("nul", 2, "")]),
    (sheet(arms(40)), [("too_few", 0, "arm"), ("too_few", 0, "arm")]),
    (sheet(arms(), heads="number,arm,stratum"), [("stratum_none", row, "stratum") for row in range(2, 44)]),
])  # fmt: skip
def test_each_mistake_is_named_with_row_and_column(text: str, wanted: list[tuple[str, int, str]]) -> None:
    assert said(report(text).mistakes) == wanted
    assert not report(text).good


def test_a_block_of_another_size_or_torn_apart_is_named() -> None:
    eight = "\n".join(["number,arm,block", *(f"R{number:02},{'MSC' if number % 2 else 'LA'},{(number - 1) // 8 + 1}" for number in range(1, 49))])
    assert said(report(eight).mistakes) == [("block_size", 2 + 8 * block, "block") for block in range(6)]
    torn = "\n".join(line[:-1] + "1" if line.endswith(",3") else line for line in GOOD.splitlines())
    assert said(report(torn).mistakes) == [("block_torn", 14, "block")]


def test_strata_are_named_each_has_codes_and_holds_the_ratio() -> None:
    scheme = Scheme(("MSC", "LA"), (1, 1), (21, 21), ("north", "south"))
    rows = [f"{at + 1:03},{arm},{'north' if at < 30 else 'south'}" for at, arm in enumerate([*arms(30), *arms(30)])]
    text = "\n".join(["number,arm,stratum", *rows])
    assert said(report(text, scheme).mistakes) == []
    assert ("more_than_planned", 0, "") in said(report(text, scheme).notes)
    assert ("stratum_unknown", 2, "stratum") in said(report(changed(2, "001,MSC,west", text), scheme).mistakes)
    assert ("stratum_missing", 2, "stratum") in said(report(changed(2, "001,MSC,", text), scheme).mistakes)
    assert [one.code for one in report(text.replace("south", "north"), scheme).mistakes] == ["stratum_empty"]
    moved = changed(2, "001,MSC,south", text)
    assert said(report(changed(3, "002,LA,south", moved), scheme).mistakes) == []
    assert ("number_gap", 4, "number") not in said(report(moved, scheme).mistakes)
    lost = changed(2, "001,LA,north", text)
    assert said(report(lost, scheme).mistakes) == [("ratio_wrong", 0, "arm")]


def test_what_is_no_text_and_what_is_too_large_is_refused() -> None:
    assert said(read_list(b"number,arm\n\xff\xff\xff", SCHEME, ARMS).mistakes) == [("encoding", 0, "")]
    assert said(read_list(b"x" * 2_000_001, SCHEME, ARMS).mistakes) == [("file_large", 0, "")]


def test_nothing_is_imported_half(trial: Trial) -> None:
    work = trial.be(Role.ADMINISTRATOR)
    bad = changed(43, "ZQ7-0042,PLACEBO,7").encode()
    before = work.database.head
    assert not check_list(work, bad).good
    assert code_of(import_list, work, bad, ADMINISTRATOR) == "list_refused"
    assert (work.database.head, read_lists(work.database)) == (before, ())
    assert code_of(check_list, trial.be(Role.COORDINATOR), GOOD.encode()) == "no_right"
    assert code_of(import_list, work, GOOD.encode(), SIGNER) == "no_right"
    assert code_of(import_list, work, GOOD.encode(), Credentials("admin", "nine green paper lanterns")) == "log_in_failed"
    assert read_lists(work.database) == ()


def test_a_failure_while_the_list_is_stored_leaves_none_and_it_can_be_stored_again(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """The slots are written before the database: a key for a list that is not there opens nothing and is replaced."""
    work = trial.be(Role.ADMINISTRATOR)
    before = work.database.head

    def fail(*_args: object) -> None:
        raise ExpectedError("disk_full", place="data.db", detail="full")

    monkeypatch.setattr(allocation_lists, "_put_codes", fail)
    assert code_of(import_list, work, GOOD.encode(), ADMINISTRATOR) == "disk_full"
    assert (work.database.head, read_lists(work.database)) == (before, ())
    assert read_status(work).holders == ()
    monkeypatch.undo()
    trial.listed()
    assert randomise(work, trial.subject, SIGNER).number == "ZQ7-0001"


def test_an_unused_list_is_replaced_with_a_reason_and_a_used_one_never(trial: Trial) -> None:
    work = trial.listed().work
    other = sheet(arms(pattern="LMLMML"), prefix="ZQ8").encode()
    assert code_of(import_list, work, other, ADMINISTRATOR) == "reason_missing"
    import_list(work, other, ADMINISTRATOR, reason="the sponsor sent a corrected list")
    assert [(one.list_id, one.state) for one in read_lists(work.database)] == [(1, "withdrawn"), (2, "active")]
    dealt = randomise(work, trial.subject, SIGNER)
    assert (dealt.number, dealt.arm) == ("ZQ8-0001", "LA")
    assert code_of(import_list, work, GOOD.encode(), ADMINISTRATOR, reason="again") == "list_in_use"
    assert verify(work.database).intact


def test_a_list_made_here_keeps_its_seed_sealed_and_can_be_made_again(trial: Trial) -> None:
    work = trial.be(Role.ADMINISTRATOR)
    for plan, code in ((ListPlan((5,), 42), "block_size"), (ListPlan((4,), 42), "blocks_do_not_fit"), (ListPlan((4, 6), 40), "list_too_small")):
        assert code_of(make_list, work, plan, ADMINISTRATOR) == code
    assert read_lists(work.database) == ()
    make_list(work, ListPlan((4, 6), 42, "marmalade skies"), ADMINISTRATOR)
    found = active_list(work.database)
    assert found is not None
    for table in ("ledger_entry", "allocation_list", "allocation_code"):
        for row in work.database.rows(f"SELECT * FROM {table}"):
            assert all("marmalade" not in str(cell) and b"marmalade" not in (cell if isinstance(cell, bytes) else b"") for cell in row)
    key = unlock(work.folder, SIGNER.login, PASSWORD, work.clock).allocation_keys[1]
    secret = open_secret(key, work.study.oid, 1, found.secret)
    assert secret == {"seed": "marmalade skies", "sizes": [4, 6], "method": "permuted blocks v1"}
    first = randomise(trial.be(Role.COORDINATOR), trial.subject, SIGNER)
    assert first.number == "R001"
    assert "sizes" not in json.dumps(found.details)


def test_without_a_seed_nobody_knows_it(trial: Trial) -> None:
    work = trial.be(Role.ADMINISTRATOR)
    make_list(work, ListPlan((4, 6), 42), ADMINISTRATOR)
    make_list(work, ListPlan((4, 6), 42), ADMINISTRATOR, reason="drawn again")
    keys = unlock(work.folder, SIGNER.login, PASSWORD, work.clock).allocation_keys
    seeds = [open_secret(keys[one.list_id], work.study.oid, one.list_id, one.secret) for one in read_lists(work.database)]
    assert seeds[0] != seeds[1]


def test_the_key_is_in_the_slots_of_those_who_may_randomise_and_in_the_envelope(trial: Trial) -> None:
    work = trial.listed().work
    holders = allocation_holders(work.folder, 1)
    investigator = next(user.user_id for user in work.users.values() if user.role is Role.INVESTIGATOR)
    assert holders == {investigator, RECOVERY_USER}
    assert read_status(work).holders == (investigator,)


def test_a_list_needs_somebody_who_may_deal_it(trial: Trial) -> None:
    work = trial.be(Role.ADMINISTRATOR)
    with work.begin(work.command("deactivate_user", work.session)) as unit:
        for user in work.users.values():
            if user.role is Role.INVESTIGATOR:
                unit.patch("app_user", (user.user_id,), {"active": False})
    work.forget(settings=True)
    assert code_of(import_list, work, GOOD.encode(), ADMINISTRATOR) == "list_no_holder"
    assert read_lists(work.database) == ()


def test_block_sizes_are_for_who_makes_the_list(tmp_path: Path) -> None:
    """Trial C has them as a parameter: not shown to the site, not exported."""
    world = make_world(tmp_path / "c", set_up(study_of(TRIALS[TRIAL_C])))
    try:
        for role in Role:
            shown = {one.definition.oid for one in read_parameter_records(world.be(role))}
            assert ("block_sizes" in shown) == (role is Role.ADMINISTRATOR)
            assert "allocation_ratio" in shown
        assert "block_sizes" not in output_context(world.be(Role.DATA_MANAGER)).parameters
    finally:
        world.work.close()
