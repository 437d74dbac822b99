"""Signing printed documents: who, with which certificate, what is refused, and what independent programs say of the result."""

from __future__ import annotations

import errno
import hashlib
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from crf_app.admin.roles import Role
from crf_app.errors import ExpectedError
from crf_app.paths import resources_folder
from crf_app.services import outputs
from crf_app.services.outputs import print_pdf
from crf_app.services.paper import Options, Selection
from crf_app.services.paper_signing import OwnKey, SigningOrder, certificate_sheet, check_paper, sign_paper
from crf_app.services.session import add_user
from crf_app.services.signing import Credentials
from crf_app.store.kdf import CHEAP
from crf_app.store.ledger_reading import entries_of_command
from crf_app.store.papers import read_certificates, read_paper_signatures
from crf_app.store.verify import verify
from crf_app.study.texts import Text
from crf_app.words import load_words
from tests.pdf.archive_checks import archive_faults
from tests.pdf.reading import Paper
from tests.services.world import PHRASE, START, World, investigator

WORDS = load_words(resources_folder() / "words")
SECOND = "second"


def casebook(world: World) -> bytes:
    """The whole casebook of the subject, printed by the investigator."""
    return print_pdf(world.be(Role.INVESTIGATOR), WORDS, Selection(world.subject), "both")


def first_form(world: World) -> tuple[str, str]:
    """A visit of the study with a form of it."""
    event = next(one for one in world.work.study.events if one.forms)
    return event.oid, event.forms[0].form


def second_investigator(world: World) -> Credentials:
    """Another person who may sign."""
    world.be(Role.ADMINISTRATOR)
    add_user(world.work, SECOND, Text("Demo Sub-investigator", "演示次要研究者"), Role.INVESTIGATOR, PHRASE, cost=CHEAP)
    world.be(Role.INVESTIGATOR)
    return Credentials(SECOND, PHRASE)


def own_certificate(path: Path, *, begins: datetime, ends: datetime) -> OwnKey:
    """A PKCS#12 file of the person's own."""
    key, password = ec.generate_private_key(ec.SECP256R1()), "clear glass door"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Demo Investigator (own card)")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(begins).not_valid_after(ends).sign(key, hashes.SHA256())
    )  # fmt: skip
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"own", key, made, None, serialization.BestAvailableEncryption(password.encode())))
    return OwnKey(path, password)


def test_two_investigators_sign_one_document_and_every_program_says_so(world: World, tmp_path: Path) -> None:
    other = second_investigator(world)
    content = casebook(world)
    first = sign_paper(world.work, WORDS, content, SigningOrder(investigator()))
    second = sign_paper(world.work, WORDS, first.content, SigningOrder(other, "complete", "read on paper 已核对纸质版"))
    assert first.certificate_is_new
    assert second.certificate_is_new
    assert (first.place, second.place) == (1, 2)
    assert second.content.startswith(first.content)
    assert first.content.startswith(content)

    checked = check_paper(world.work, second.content)
    assert [(one.check.intact, one.check.whole, one.check.later, one.check.known) for one in checked] == [
        (True, False, "permitted", True), (True, True, "nothing", True),
    ]  # fmt: skip
    assert [one.person.en if one.person else "" for one in checked] == ["Demo investigator", "Demo Sub-investigator"]
    assert [one.meaning for one in checked] == ["review", "complete"]
    assert [one.recorded for one in checked] == [START, START]

    assert archive_faults(second.content) == []
    file = tmp_path / "signed.pdf"
    file.write_bytes(second.content)
    _poppler_agrees(file)
    flat = Paper(second.content).form_text()
    assert "Demoinvestigator演示investigator" in flat
    assert "DemoSub-investigator演示次要研究者" in flat
    assert "readonpaper已核对纸质版" in flat
    assert "本人已审阅，记录准确完整。" in flat
    assert verify(world.work.database, None).intact


def _poppler_agrees(file: Path) -> None:
    """What pdfsig and qpdf say, where they are installed."""
    if shutil.which("pdfsig"):
        said = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout
        assert said.count("Signature is Valid.") == 2
        assert said.count("Total document signed") == 1
        assert said.count("Not total document signed") == 1
        assert said.index("Not total document signed") < said.index("- Total document signed")
    if shutil.which("qpdf"):
        done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_ledger_holds_both_hashes_the_certificate_and_the_meaning(world: World) -> None:
    content = casebook(world)
    signed = sign_paper(world.work, WORDS, content, SigningOrder(investigator()))
    entry = entries_of_command(world.work.database, "sign_paper")[0]
    before, after = (hashlib.sha256(one).hexdigest() for one in (content, signed.content))
    assert entry.details == {"sha256_before": before, "sha256": after, "certificate": signed.fingerprint, "meaning": "review", "place": 1}
    assert entry.object == world.subject
    row = read_paper_signatures(world.work.database)[0]
    assert (row.sha256, row.certificate, row.subject) == (after, signed.fingerprint, world.subject)


@pytest.mark.parametrize("at", [0.02, 0.3, 0.6, 0.9])
def test_one_altered_byte_is_reported_and_not_signed_again(world: World, at: float) -> None:
    signed = sign_paper(world.work, WORDS, casebook(world), SigningOrder(investigator())).content
    broken = bytearray(signed)
    place = int(len(casebook(world)) * at)
    broken[place] ^= 1
    assert not any(one.check.good for one in check_paper(world.work, bytes(broken)))
    with pytest.raises(ExpectedError, match=r"paper_unknown"):
        sign_paper(world.work, WORDS, bytes(broken), SigningOrder(investigator()))


def test_only_what_this_workspace_printed_is_signed(world: World) -> None:
    before = world.work.database.head.no
    with pytest.raises(ExpectedError, match=r"paper_unknown"):
        sign_paper(world.be(Role.INVESTIGATOR), WORDS, casebook(world) + b"\n", SigningOrder(investigator()))
    assert world.work.database.head.no == before + 1  # the print alone


def test_a_document_without_a_page_for_signatures_says_so(world: World) -> None:
    work = world.be(Role.INVESTIGATOR)
    event, form_oid = first_form(world)
    form = Selection(world.subject, event, form=form_oid)
    plain = print_pdf(work, WORDS, form, "en")
    with pytest.raises(ExpectedError, match=r"paper_no_place"):
        sign_paper(work, WORDS, plain, SigningOrder(investigator()))
    ready = print_pdf(work, WORDS, form, "en", options=Options(signature_page=True))
    assert sign_paper(work, WORDS, ready, SigningOrder(investigator())).place == 1


def test_five_places_then_full(world: World) -> None:
    content = casebook(world)
    for number in range(1, 6):
        signed = sign_paper(world.work, WORDS, content, SigningOrder(investigator()))
        assert signed.place == number
        content = signed.content
    with pytest.raises(ExpectedError, match=r"paper_full"):
        sign_paper(world.work, WORDS, content, SigningOrder(investigator()))


def test_the_certificate_made_at_the_site_stays_the_same_person_by_person(world: World) -> None:
    content = casebook(world)
    first = sign_paper(world.work, WORDS, content, SigningOrder(investigator()))
    again = sign_paper(world.work, WORDS, first.content, SigningOrder(investigator()))
    assert first.fingerprint == again.fingerprint
    assert not again.certificate_is_new
    sheet = Paper(certificate_sheet(world.work, WORDS, investigator(), "both")).flat()
    assert first.fingerprint.upper() in sheet
    assert "演示investigator" in sheet
    assert len(read_certificates(world.work.database)) == 1


def test_an_own_certificate_signs_and_is_known_from_then_on(world: World, tmp_path: Path) -> None:
    own = own_certificate(tmp_path / "own.p12", begins=START - timedelta(days=9), ends=START + timedelta(days=9))
    signed = sign_paper(world.work, WORDS, casebook(world), SigningOrder(investigator(), own=own))
    checked = check_paper(world.work, signed.content)
    assert checked[0].check.certificate is not None
    assert checked[0].check.certificate.subject == "Demo Investigator (own card)"
    assert checked[0].check.good
    assert checked[0].check.known
    assert own.password.encode() not in (world.work.folder / "keys.json").read_bytes()
    with pytest.raises(ExpectedError, match=r"certificate_of_other"):
        sign_paper(world.work, WORDS, signed.content, SigningOrder(second_investigator(world), own=own))


@pytest.mark.parametrize(("begins", "ends", "code"), [(-9, -1, "certificate_expired"), (1, 9, "certificate_not_yet")])
def test_a_certificate_out_of_its_time_is_refused(world: World, tmp_path: Path, begins: int, ends: int, code: str) -> None:
    own = own_certificate(tmp_path / "own.p12", begins=START + timedelta(days=begins), ends=START + timedelta(days=ends))
    _refused(world, SigningOrder(investigator(), own=own), code)


def test_a_wrong_certificate_file_or_password_is_refused(world: World, tmp_path: Path) -> None:
    own = own_certificate(tmp_path / "own.p12", begins=START - timedelta(days=9), ends=START + timedelta(days=9))
    _refused(world, SigningOrder(investigator(), own=OwnKey(own.path, "another password")), "p12_unreadable")
    (tmp_path / "not.p12").write_bytes(b"no certificate at all")
    _refused(world, SigningOrder(investigator(), own=OwnKey(tmp_path / "not.p12", "x")), "p12_unreadable")
    _refused(world, SigningOrder(investigator(), own=OwnKey(tmp_path / "gone.p12", "x")), "io_error")


def test_a_token_without_its_library_says_what_is_missing(world: World, tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match=r"token_no_library|token_failed"):
        sign_paper(world.work, WORDS, casebook(world), SigningOrder(investigator(), own=OwnKey(tmp_path / "none.so", "1234", token=True)))


def test_who_may_not_sign_and_who_is_no_longer_here(world: World) -> None:
    _refused(world, SigningOrder(Credentials(Role.COORDINATOR, PHRASE)), "no_right")
    _refused(world, SigningOrder(Credentials(Role.INVESTIGATOR, "not the pass phrase")), "log_in_failed")
    gone = second_investigator(world)
    user_id = next(one.user_id for one in world.work.users.values() if one.login == SECOND)
    work = world.be(Role.ADMINISTRATOR)
    with work.begin(work.command("remove_user", work.session, about=user_id)) as unit:
        unit.patch("app_user", (user_id,), {"active": False})
    work.forget(settings=True)
    _refused(world, SigningOrder(gone), "log_in_failed")


def _refused(world: World, order: SigningOrder, code: str) -> None:
    content = casebook(world)
    before = world.work.database.head
    with pytest.raises(ExpectedError, match=code):
        sign_paper(world.work, WORDS, content, order)
    assert world.work.database.head == before
    assert WORDS.has(f"error.{code}")


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "target_disk_full"), (errno.EACCES, "target_held")])
def test_a_full_disk_or_a_viewer_leaves_file_and_ledger_as_they_were(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    content = casebook(world)
    target = tmp_path / "casebook.pdf"
    target.write_bytes(content)

    def refuses(path: Path, _content: bytes) -> None:
        raise OSError(number, "refused", str(path))

    monkeypatch.setattr(outputs, "replace_file", refuses)
    before = world.work.database.head
    with pytest.raises(ExpectedError, match=code):
        sign_paper(world.work, WORDS, content, SigningOrder(investigator()), target)
    assert world.work.database.head == before
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".pdf"] == ["casebook.pdf"]
    assert target.read_bytes() == content


def test_a_record_that_fails_leaves_the_file_unsigned(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = casebook(world)
    target = tmp_path / "casebook.pdf"
    monkeypatch.setattr("crf_app.services.paper_signing.next_paper_signature_id", lambda _db: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sign_paper(world.work, WORDS, content, SigningOrder(investigator()), target)
    assert not target.exists()

