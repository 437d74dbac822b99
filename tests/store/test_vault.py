from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.clock import SteppedClock
from crf_app.errors import ExpectedError
from crf_app.store import vault
from crf_app.store.attempts import ATTEMPTS_NAME, drop_attempts, taken_attempts
from crf_app.store.kdf import CHEAP, FULL_COST, KdfCost, settle, unpack_kdf
from crf_app.store.passwords import check_password
from crf_app.store.recovery_code import ALPHABET, _checksum, new_recovery_code, parse_recovery_code

PHRASE = "seven plain walnut shells"
OTHER = "nine green paper lanterns"


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest.fixture
def made(tmp_path: Path) -> vault.NewVault:
    return vault.create_vault(tmp_path, "W1", "u-1", "Li.Demo", PHRASE, cost=CHEAP)


def code_of(act: object, *args: object, **named: object) -> str:
    assert callable(act)
    with pytest.raises(ExpectedError) as caught:
        act(*args, **named)
    return caught.value.code


@pytest.mark.parametrize("typed", ["u-1", "Li.Demo", " li.demo ", "LI.DEMO"])
def test_the_right_password_opens_the_same_keys(tmp_path: Path, made: vault.NewVault, clock: SteppedClock,
                                                typed: str) -> None:
    opened = vault.unlock(tmp_path, typed, PHRASE, clock)
    assert opened.data_key == made.unlocked.data_key
    assert opened.signer.public_key == made.unlocked.signer.public_key
    assert vault.key_fits(tmp_path, opened.data_key)
    assert not vault.key_fits(tmp_path, bytes(32))
    assert vault.logins(tmp_path) == ("Li.Demo",)


def test_unknown_user_and_wrong_password_look_the_same(tmp_path: Path, made: vault.NewVault,
                                                       clock: SteppedClock) -> None:
    assert code_of(vault.unlock, tmp_path, "u-1", OTHER, clock) == "log_in_failed"
    assert code_of(vault.unlock, tmp_path, "nobody", PHRASE, clock) == "log_in_failed"
    assert code_of(vault.unlock, tmp_path, vault.RECOVERY_USER, PHRASE, clock) == "log_in_failed"


@pytest.mark.requirement("R29")
def test_unknown_user_and_wrong_password_take_the_same(tmp_path: Path, clock: SteppedClock) -> None:
    vault.create_vault(tmp_path, "W1", "u-1", "li", PHRASE, cost=KdfCost(memory_kib=32 * 1024, lanes=1, iterations=4))

    def seconds(user: str, password: str) -> float:
        clock.advance(timedelta(hours=1))
        start = time.perf_counter()
        assert code_of(vault.unlock, tmp_path, user, password, clock) == "log_in_failed"
        return time.perf_counter() - start

    known = min(seconds("u-1", OTHER) for _ in range(4))
    unknown = min(seconds("nobody", OTHER) for _ in range(4))
    assert 0.5 < known / unknown < 2


def test_nothing_in_the_file_opens_the_data(tmp_path: Path, made: vault.NewVault) -> None:
    content = (tmp_path / vault.KEYS_NAME).read_text()
    assert made.unlocked.data_key.hex() not in content
    assert made.recovery_code not in content
    assert PHRASE not in content


@pytest.mark.parametrize("change", [
    lambda slot: slot["kdf"].update(iterations=2),
    lambda slot: slot.update(user_id="u-2"),
    lambda slot: slot.update(nonce="00" * 12),
    lambda slot: slot.update(cipher="00" + slot["cipher"][2:]),
])
def test_a_slot_that_was_tampered_with_does_not_open(tmp_path: Path, made: vault.NewVault, clock: SteppedClock,
                                                     change: object) -> None:
    assert callable(change)
    path = tmp_path / vault.KEYS_NAME
    content = json.loads(path.read_text())
    change(content["slots"][0])
    path.write_text(json.dumps(content))
    assert code_of(vault.unlock, tmp_path, "Li.Demo", PHRASE, clock) == "log_in_failed"


def test_recovery_opens_the_same_data(tmp_path: Path, made: vault.NewVault, clock: SteppedClock) -> None:
    opened = vault.unlock_with_recovery(tmp_path, made.recovery_code.lower().replace("-", " "), clock)
    assert opened.data_key == made.unlocked.data_key
    assert opened.signer.public_key == made.recovery_public_key
    assert opened.user_id == vault.RECOVERY_USER
    slip = ("3" if made.recovery_code[0] == "2" else "2") + made.recovery_code[1:]
    assert code_of(vault.unlock_with_recovery, tmp_path, slip, clock) == "recovery_code_misread"
    assert code_of(vault.unlock_with_recovery, tmp_path, new_recovery_code(), clock) == "log_in_failed"


def test_a_renewed_recovery_code_ends_the_old_one(tmp_path: Path, made: vault.NewVault, clock: SteppedClock) -> None:
    code, public_key = vault.renew_recovery(tmp_path, made.unlocked.data_key, cost=CHEAP)
    assert vault.unlock_with_recovery(tmp_path, code, clock).signer.public_key == public_key
    assert code_of(vault.unlock_with_recovery, tmp_path, made.recovery_code, clock) == "log_in_failed"


def test_a_second_user_gets_keys_of_his_own(tmp_path: Path, made: vault.NewVault, clock: SteppedClock) -> None:
    public_key = vault.add_slot(tmp_path, made.unlocked.data_key, "u-2", "wang", OTHER, cost=CHEAP)
    opened = vault.unlock(tmp_path, "wang", OTHER, clock)
    assert opened.data_key == made.unlocked.data_key
    assert opened.signer.public_key == public_key != made.unlocked.signer.public_key
    for user_id, login in (("u-2", "x"), ("u-3", "WANG"), ("recovery", "y"), ("u-4", "u-1")):
        assert code_of(vault.add_slot, tmp_path, made.unlocked.data_key, user_id, login, OTHER) == "login_taken"


@pytest.mark.requirement("R32")
def test_a_changed_password_keeps_the_keys_and_ends_the_old_everywhere(tmp_path: Path, made: vault.NewVault,
                                                                      clock: SteppedClock) -> None:
    vault.change_password(tmp_path, "u-1", PHRASE, OTHER, clock, cost=CHEAP)
    assert vault.unlock(tmp_path, "u-1", OTHER, clock).signer.public_key == made.unlocked.signer.public_key
    (tmp_path / vault.KEYS_NAME).unlink()
    assert code_of(vault.unlock, tmp_path, "u-1", PHRASE, clock) == "log_in_failed"
    assert vault.unlock(tmp_path, "u-1", OTHER, clock).data_key == made.unlocked.data_key
    assert code_of(vault.change_password, tmp_path, "u-1", OTHER, OTHER, clock) == "password_same"
    assert code_of(vault.change_password, tmp_path, "u-1", OTHER, "short", clock) == "password_too_short"


def test_a_reset_gives_a_new_signing_key(tmp_path: Path, made: vault.NewVault, clock: SteppedClock) -> None:
    public_key = vault.reset_slot(tmp_path, made.unlocked.data_key, "u-1", OTHER, cost=CHEAP)
    assert vault.unlock(tmp_path, "Li.Demo", OTHER, clock).signer.public_key == public_key
    assert public_key != made.unlocked.signer.public_key
    assert code_of(vault.reset_slot, tmp_path, made.unlocked.data_key, "u-9", OTHER) == "no_slot"


def test_a_removed_user_opens_no_kept_generation(tmp_path: Path, made: vault.NewVault, clock: SteppedClock) -> None:
    vault.add_slot(tmp_path, made.unlocked.data_key, "u-2", "wang", OTHER, cost=CHEAP)
    vault.remove_slot(tmp_path, "u-2")
    assert code_of(vault.unlock, tmp_path, "wang", OTHER, clock) == "log_in_failed"
    (tmp_path / vault.KEYS_NAME).unlink()
    assert code_of(vault.unlock, tmp_path, "wang", OTHER, clock) == "log_in_failed"


@pytest.mark.parametrize("damage", ["", "{", '{"format": 1, "slots": []}', '{"format": 2}', "[]"])
def test_a_damaged_file_falls_back_to_the_generation_before(tmp_path: Path, made: vault.NewVault,
                                                           clock: SteppedClock, damage: str) -> None:
    vault.add_slot(tmp_path, made.unlocked.data_key, "u-2", "wang", OTHER, cost=CHEAP)
    (tmp_path / vault.KEYS_NAME).write_text(damage)
    assert vault.unlock(tmp_path, "u-1", PHRASE, clock).data_key == made.unlocked.data_key
    (tmp_path / vault.OLD_KEYS_NAME).unlink()
    assert code_of(vault.unlock, tmp_path, "u-1", PHRASE, clock) == "no_vault"


def test_a_vault_is_not_made_twice(tmp_path: Path, made: vault.NewVault) -> None:
    assert code_of(vault.create_vault, tmp_path, "W1", "u-1", "x", PHRASE) == "workspace_exists"


@pytest.mark.requirement("R29")
def test_guessing_is_slowed_and_every_attempt_recorded(tmp_path: Path, made: vault.NewVault,
                                                       clock: SteppedClock) -> None:
    """An hour of trying every ten seconds: at most 10 guesses are tried, however often the program is restarted."""
    tried = 0
    for _ in range(360):
        tried += code_of(vault.unlock, tmp_path, "u-1", OTHER, clock) == "log_in_failed"
        clock.advance(timedelta(seconds=10))
    assert 5 <= tried <= 10
    content = json.loads((tmp_path / ATTEMPTS_NAME).read_text())
    assert len(content["records"]) + content["dropped"] == 360
    assert OTHER not in (tmp_path / ATTEMPTS_NAME).read_text()


def test_success_ends_the_count_and_leaves_the_record(tmp_path: Path, made: vault.NewVault,
                                                      clock: SteppedClock) -> None:
    for _ in range(2):
        code_of(vault.unlock, tmp_path, "li.demo", OTHER, clock)
    code_of(vault.unlock, tmp_path, "nobody", OTHER, clock)
    vault.unlock(tmp_path, "u-1", PHRASE, clock)
    assert [(one.user_id, one.refused) for one in taken_attempts(tmp_path)] == [
        ("u-1", False), ("u-1", False), ("", False)]
    assert taken_attempts(tmp_path)[0].at == clock.now()
    drop_attempts(tmp_path, 2)
    assert [one.user_id for one in taken_attempts(tmp_path)] == [""]


def test_the_right_password_waits_too(tmp_path: Path, made: vault.NewVault, clock: SteppedClock) -> None:
    for _ in range(3):
        code_of(vault.unlock, tmp_path, "u-1", OTHER, clock)
    with pytest.raises(ExpectedError) as caught:
        vault.unlock(tmp_path, "u-1", PHRASE, clock)
    assert (caught.value.code, caught.value.parameters) == ("log_in_wait", {"seconds": 5})
    clock.advance(timedelta(seconds=5))
    vault.unlock(tmp_path, "u-1", PHRASE, clock)


def test_an_attempts_file_that_is_none_counts_as_empty(tmp_path: Path, made: vault.NewVault,
                                                       clock: SteppedClock) -> None:
    for content in ("{", "[]", "{}"):
        (tmp_path / ATTEMPTS_NAME).write_text(content)
        vault.unlock(tmp_path, "u-1", PHRASE, clock)


@pytest.mark.parametrize(("password", "code"), [
    ("fourteen chars", "password_too_short"),
    ("x" * 1025, "password_too_long"),
    ("passwordpassword", "password_common"),
    ("Pass Word Pass Word", "password_common"),
    ("passwordpassword12", "password_common"),
    ("aaaaaaaaaaaaaaaaaaa", "password_simple"),
    ("abc123abc123abc123", "password_simple"),
    ("poiuytrewqlkjhg", None),
    ("mnbvcxzlkjhgfdsapoiuytrewq", "password_simple"),
    ("zyxwvutsrqponmlk", "password_simple"),
    ("demostudyA1-xyz", "password_has_word"),
    ("demostudy and a long tail of words", None),
    ("一二三四五六七八九十甲乙丙丁戊", None),
    (PHRASE, None),
])
def test_password_rules(password: str, code: str | None) -> None:
    if code is None:
        check_password(password, ["demoStudy", "li"])
    else:
        assert code_of(check_password, password, ["demoStudy", "li"]) == code


def test_full_cost_takes_half_a_second_and_64_mib() -> None:
    kdf = settle(FULL_COST)
    assert (kdf.memory_kib, kdf.lanes) == (65536, 4)
    start = time.perf_counter()
    kdf.derive(PHRASE)
    assert time.perf_counter() - start > 0.25  # another load on the machine may have ended since the calibration


@pytest.mark.parametrize("change", [{"name": "md5"}, {"memory_kib": 1}, {"memory_kib": 10**9}, {"iterations": 0},
                                    {"iterations": 10**6}, {"salt": "00"}, {"lanes": 0}])
def test_parameters_that_would_hang_or_weaken_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="parameters"):
        unpack_kdf({**settle(CHEAP).packed(), **change})


@given(st.integers(0, 39), st.sampled_from(ALPHABET), st.randoms(use_true_random=False))
def test_one_wrong_character_of_a_recovery_code_is_noticed(at: int, other: str, random: Random) -> None:
    secret = "".join(random.choice(ALPHABET) for _ in range(38))
    plain = secret + _checksum(secret)
    assert parse_recovery_code(plain) == plain
    swapped = plain[:at] + plain[at:at + 2][::-1] + plain[at + 2:]
    for wrong in {plain[:at] + other + plain[at + 1:], swapped} - {plain}:
        assert code_of(parse_recovery_code, wrong) == "recovery_code_misread"


def test_recovery_codes_have_no_look_alikes() -> None:
    code = new_recovery_code()
    assert [len(group) for group in code.split("-")] == [5] * 8
    assert not set(code) & set("01OILU")
    assert code != new_recovery_code()


LIST_KEY = bytes(range(32))


def boxed(tmp_path: Path, made: vault.NewVault) -> str:
    """A second user; both he and the recovery slot hold the key of list 1. Returns his public key."""
    public_key = vault.add_slot(tmp_path, made.unlocked.data_key, "u-2", "wang", OTHER, cost=CHEAP)
    vault.give_allocation_key(tmp_path, 1, LIST_KEY, {"u-2": public_key, vault.RECOVERY_USER: made.recovery_public_key})
    return public_key


def test_the_key_of_a_list_opens_for_its_holders_alone(tmp_path: Path, made: vault.NewVault, clock: SteppedClock) -> None:
    boxed(tmp_path, made)
    assert vault.unlock(tmp_path, "wang", OTHER, clock).allocation_keys == {1: LIST_KEY}
    assert vault.unlock_with_recovery(tmp_path, made.recovery_code, clock).allocation_keys == {1: LIST_KEY}
    assert vault.unlock(tmp_path, "u-1", PHRASE, clock).allocation_keys == {}
    assert vault.allocation_holders(tmp_path, 1) == {"u-2", vault.RECOVERY_USER}
    assert vault.allocation_holders(tmp_path, 2) == frozenset()
    for name in (vault.KEYS_NAME, vault.OLD_KEYS_NAME):
        assert LIST_KEY.hex() not in (tmp_path / name).read_text()


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_box_moved_or_altered_opens_nothing_and_does_not_lock_its_owner_out(
        tmp_path: Path, made: vault.NewVault, clock: SteppedClock, part: int) -> None:
    boxed(tmp_path, made)
    path = tmp_path / vault.KEYS_NAME
    content = json.loads(path.read_text())
    slots = {slot["user_id"]: slot for slot in content["slots"]}
    slots["u-1"]["allocation"] = slots["u-2"]["allocation"]
    altered = list(slots["u-2"]["allocation"]["1"])
    altered[part] = altered[part][:-2] + ("00" if altered[part][-2:] != "00" else "01")
    slots["u-2"]["allocation"] = {"1": altered}
    path.write_text(json.dumps(content))
    assert vault.unlock(tmp_path, "wang", OTHER, clock).allocation_keys == {}
    assert vault.unlock(tmp_path, "u-1", PHRASE, clock).allocation_keys == {}


def test_a_slot_with_another_key_than_the_ledger_knows_gets_no_box(tmp_path: Path, made: vault.NewVault) -> None:
    public_key = vault.add_slot(tmp_path, made.unlocked.data_key, "u-2", "wang", OTHER, cost=CHEAP)
    assert code_of(vault.give_allocation_key, tmp_path, 1, LIST_KEY, {"u-1": public_key}) == "no_slot"
    assert vault.allocation_holders(tmp_path, 1) == frozenset()


def test_the_key_of_a_list_stays_with_a_new_password_and_goes_with_a_new_signing_key(
        tmp_path: Path, made: vault.NewVault, clock: SteppedClock) -> None:
    boxed(tmp_path, made)
    vault.change_password(tmp_path, "wang", OTHER, "eleven quiet river stones", clock, cost=CHEAP)
    assert vault.unlock(tmp_path, "wang", "eleven quiet river stones", clock).allocation_keys == {1: LIST_KEY}
    vault.reset_slot(tmp_path, made.unlocked.data_key, "u-2", OTHER, cost=CHEAP)
    assert vault.unlock(tmp_path, "wang", OTHER, clock).allocation_keys == {}
    vault.reset_slot(tmp_path, made.unlocked.data_key, "u-2", OTHER, cost=CHEAP, allocation_keys={1: LIST_KEY})
    assert vault.unlock(tmp_path, "wang", OTHER, clock).allocation_keys == {1: LIST_KEY}


def test_slots_of_the_first_format_open_and_take_a_box(tmp_path: Path, made: vault.NewVault, clock: SteppedClock) -> None:
    """A file without boxes is what the first format was, and an older program reads it; the first box makes it the second."""
    path = tmp_path / vault.KEYS_NAME
    assert json.loads(path.read_text())["format"] == 1
    assert all("allocation" not in slot for slot in json.loads(path.read_text())["slots"])
    vault.give_allocation_key(tmp_path, 1, LIST_KEY, {"u-1": made.unlocked.signer.public_key})
    assert json.loads(path.read_text())["format"] == 2
    assert vault.unlock(tmp_path, "u-1", PHRASE, clock).allocation_keys == {1: LIST_KEY}
