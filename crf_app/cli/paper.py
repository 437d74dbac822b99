"""crf-app sign-pdf, verify-pdf, certificate, pack, time-stamp and scan."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from crf_app.cli.opened import Opened
from crf_app.cli.terminal import Terminal
from crf_app.clinical.form_state import form_address
from crf_app.errors import ExpectedError
from crf_app.services.monitoring import pack_pdf
from crf_app.services.outputs import save_pdf
from crf_app.services.paper_signing import (
    CheckedSignature,
    OwnKey,
    SigningOrder,
    certificate_sheet,
    check_paper,
    set_time_stamp,
    sign_paper,
)
from crf_app.services.scans import file_scan, open_scan, pages_to_file
from crf_app.services.signing import Credentials


def sign_pdf(given: Namespace, terminal: Terminal) -> int:
    """One signature more in a document that was printed or signed here before."""
    content = _read(given.file)
    opened = Opened(given, terminal)
    with opened as work:
        signed = sign_paper(work, terminal.words, content, signing_order(given, terminal, opened.password), given.file)
    terminal.say(terminal.text("signed_pdf", place=signed.place, fingerprint=signed.fingerprint))
    return 0


def signing_order(given: Namespace, terminal: Terminal, password: str) -> SigningOrder:
    """Who signs (the user of the command, by the same password) and with what."""
    own = None
    path: Path | None = given.token or given.certificate
    if path is not None:
        own = OwnKey(path, terminal.secret(path.name), token=given.token is not None, label=given.token_label)
    return SigningOrder(Credentials(given.user, password), given.meaning, given.remark, own)


def verify_pdf(given: Namespace, terminal: Terminal) -> int:
    """Every signature of a file: whose, intact, how far it covers, known here. 1 when one does not hold or there is none."""
    content = _read(given.file)
    with Opened(given, terminal) as work:
        found = check_paper(work, content)
    for number, one in enumerate(found, 1):
        for line in signature_lines(one, terminal):
            terminal.say(f"{number}  {line}")
    if not found:
        terminal.complain(terminal.text("pdf_unsigned", file=given.file))
    return int(not found or not all(one.check.good for one in found))


def signature_lines(one: CheckedSignature, terminal: Terminal) -> list[str]:
    """What is said of one signature."""
    check = one.check
    facts = check.certificate
    named = one.person.get(terminal.lang) if one.person is not None else facts.subject if facts is not None else check.name
    when = f"{check.when:%Y-%m-%d %H:%M:%S %z}" if check.when is not None else "-"
    lines = [terminal.text("pdf_signature", name=named, when=when, reason=check.reason)]
    lines.append(terminal.text("pdf_intact" if check.intact else "pdf_broken"))
    if check.intact:
        lines.append(terminal.text("pdf_covers_all" if check.whole else f"pdf_later_{check.later}"))
    if facts is not None:
        lines.append(terminal.text("pdf_certificate", subject=facts.subject, fingerprint=facts.fingerprint, until=f"{facts.not_after:%Y-%m-%d}"))
    lines.append(terminal.text("pdf_known" if check.known else "pdf_unknown"))
    lines.append(terminal.text("pdf_recorded", when=f"{one.recorded:%Y-%m-%d %H:%M:%S %z}") if one.recorded is not None else terminal.text("pdf_not_recorded"))
    return lines


def certificate(given: Namespace, terminal: Terminal) -> int:
    """The sheet with the fingerprint of the user's certificate."""
    _need_new(given.out)
    opened = Opened(given, terminal)
    with opened as work:
        content = certificate_sheet(work, terminal.words, Credentials(given.user, opened.password), given.paper_lang)
        save_pdf(given.out, content)
    terminal.say(terminal.text("written", file=given.out))
    return 0


def pack(given: Namespace, terminal: Terminal) -> int:
    """The pack for a monitoring visit."""
    _need_new(given.out)
    with Opened(given, terminal) as work:
        save_pdf(given.out, pack_pdf(work, terminal.words, given.since, given.paper_lang, tuple(given.subject)))
    terminal.say(terminal.text("written", file=given.out))
    return 0


def time_stamp(given: Namespace, terminal: Terminal) -> int:
    """Name the time-stamp authority, or none."""
    with Opened(given, terminal) as work:
        set_time_stamp(work, given.url)
    terminal.say(terminal.text("time_stamp_set", url=given.url) if given.url else terminal.text("time_stamp_none"))
    return 0


def _need_new(path: Path) -> None:
    if path.exists():
        raise ExpectedError("print_exists", place=path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExpectedError("io_error", place=path, detail=error.strerror or str(error)) from error


def scan(given: Namespace, terminal: Terminal) -> int:
    """File scans with their forms; then say what is left for filing by hand. 1 when something of these files is."""
    left = 0
    with Opened(given, terminal) as work:
        for path in given.files:
            report = file_scan(work, open_scan(path))
            for one in report.filed:
                if one.form is not None:
                    place = f"{one.form.subject} {form_address(one.form)}"
                    terminal.say(terminal.text("scan_filed", name=report.file_name, page=one.page, place=place))
            left += len(report.by_hand)
        for page in pages_to_file(work):
            why = terminal.words.text(f"error.{page.why}", terminal.lang, name=page.file_name)
            terminal.say(terminal.text("scan_left", name=page.file_name, page=page.page, why=why))
    return int(left > 0)
