"""Workspaces from before, forgotten passwords, the other randomised trial."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crf_app.admin.roles import Role
from crf_app.clock import SystemClock
from crf_app.services.allocation_lists import ListPlan, check_list, import_list, make_list, read_status
from crf_app.services.randomisation import allocation_form, obstacles, randomise
from crf_app.services.reading import read_form
from crf_app.services.recovery import reset_password
from crf_app.services.session import NewWorkspace, add_user, create_workspace, log_out, open_workspace
from crf_app.store.connection import connect
from crf_app.store.kdf import CHEAP
from crf_app.store.verify import verify
from crf_app.study.texts import Text
from tests.once import Once, study_of
from tests.services.randomisation.conftest import ADMINISTRATOR, SIGNER, TRIAL_B, TRIAL_C, arms, opened, sheet
from tests.services.rules.cases import TRIALS
from tests.services.rules.world import PASSWORD, Stories
from tests.store.older_format import Rows, rewrite


def put_back(folder: Path, data_key: bytes, rows: Rows) -> None:
    """What the ledger of the story tells of beside the first format; that of an older program would not."""
    connection = connect(folder / "data.db", data_key)
    for table, found in rows.items():
        for row in found:
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    connection.commit()
    connection.close()


@pytest.mark.requirement("R11")
def test_a_workspace_of_the_first_format_takes_a_list_and_randomises(stories_b: Stories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's account is made anew: the slots stay as they are, the key is sealed for them."""
    story = stories_b.story("enrolled")
    monkeypatch.setenv("CRF_APP_STATE", str(tmp_path / "state"))
    folder = Path(shutil.copytree(story.folder, tmp_path / "workspace"))
    rows = rewrite(folder, story.data_key, 1)
    clock = SystemClock()
    work = open_workspace(folder, "admin", PASSWORD, clock)
    commands = [row[0] for row in work.database.rows("SELECT command FROM ledger_entry ORDER BY no DESC LIMIT 2")]
    assert commands == ["log_in", "migrate"]
    import_list(work, sheet(arms()).encode(), ADMINISTRATOR)
    log_out(work)
    put_back(folder, story.data_key, rows)
    work = open_workspace(folder, SIGNER.login, PASSWORD, clock)
    try:
        assert set(work.session.allocation_keys) == {1}
        assert obstacles(work, story.subject) == ()
        assert randomise(work, story.subject, SIGNER).arm == "MSC"
        assert verify(work.database).intact
    finally:
        log_out(work)


def test_a_forgotten_password_costs_the_investigator_no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The recovery sheet holds the key of the list and gives it to who may randomise, and to nobody else."""
    monkeypatch.setenv("CRF_APP_STATE", str(tmp_path / "state"))
    folder, clock, phrase = tmp_path / "workspace", SystemClock(), "nine green paper lanterns"
    new = NewWorkspace(folder, study_of(TRIALS[TRIAL_B]), "T1", Text("Demo", "演示"), "admin", Text("Demo Administrator", "演示管理员"), PASSWORD)
    work, code = create_workspace(new, clock, cost=CHEAP)
    for login, role in (("pi", Role.INVESTIGATOR), ("crc", Role.COORDINATOR)):
        add_user(work, login, Text(f"Demo {login}", f"演示{login}"), role, PASSWORD, cost=CHEAP)
    make_list(work, ListPlan((4, 6), 42), ADMINISTRATOR)
    log_out(work)
    for login, held in (("pi", {1}), ("crc", set())):
        reset_password(folder, code, login, phrase, clock, cost=CHEAP)
        work = open_workspace(folder, login, phrase, clock)
        assert set(work.session.allocation_keys) == held
        log_out(work)


@pytest.fixture(scope="module")
def stories_c(once: Once) -> Stories:
    """The base stories of trial C."""
    return Stories(once, TRIALS[TRIAL_C])


def test_trial_c_randomises_from_blocks_of_the_sizes_it_allows(stories_c: Stories) -> None:
    with opened(stories_c, "screened") as trial:
        work = trial.be(Role.ADMINISTRATOR)
        codes = [arm.replace("MSC", "EXP").replace("LA", "CON") for arm in arms(144)]
        assert check_list(work, sheet(codes).encode()).good
        eight = sheet([("EXP", "CON")[number % 2] for number in range(144)]).splitlines()
        torn = "\n".join([eight[0], *(f"{line.rsplit(',', 1)[0]},{number // 8}" for number, line in enumerate(eight[1:]))])
        assert {one.code for one in check_list(work, torn.encode()).mistakes} == {"block_size"}
        import_list(work, sheet(codes).encode(), ADMINISTRATOR)
        assert [one.planned for one in read_status(work).arms] == [70, 70]
        trial.be(Role.COORDINATOR)
        dealt = randomise(work, trial.subject, SIGNER)
        shown = {one.item.oid: one.value.text for one in read_form(work, allocation_form(work, trial.subject)).items()}
        assert (dealt.arm, shown["ARMCD"], shown["RANDNO"]) == ("EXP", "EXP", "ZQ7-0001")
        assert verify(work.database).intact


def test_an_arm_that_stands_in_the_form_already_is_never_dealt_over(stories_b: Stories) -> None:
    """Allocations recorded before there were lists in the program."""
    with opened(stories_b, "ready") as trial:
        work = trial.listed().work
        assert [one.code for one in obstacles(work, trial.subject)] == ["randomise_done"]


