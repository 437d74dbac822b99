"""Signed paper: a casebook with its audit trail, what signing adds, and the memory of a hundred casebooks in a row.

    python bench/paper.py [VISITS] [CASEBOOKS]

Each figure stands beside its limit, judged by the clock, for that is what a person waits; the processor time of this process beside it tells
how busy others kept the machine. The floor of the drawing is in bench/pdf.py.
"""

from __future__ import annotations

import hashlib
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.pdf import casebook
from crf_app.clinical.record import ChangeRecord, EventRecord, ItemRecord, SubjectRecord
from crf_app.clinical.values import BLANK
from crf_app.paths import replace_file, resources_folder
from crf_app.pdf.annexes import ANNEXES, Extras
from crf_app.pdf.casebook import render_casebook
from crf_app.words import load_words
from tests.pdf import sample

SECONDS, ADDED, MEGABYTES = 6.0, 0.5, 300.0
_ROUNDS = 5


def with_history(subject: SubjectRecord) -> SubjectRecord:
    """Every value entered and corrected once: two changes an item, a command for each form."""
    numbers = iter(range(1, 1_000_000))

    def changed(one: ItemRecord, entry: int, place: int) -> ItemRecord:
        if one.value.is_blank:
            return one
        first = ChangeRecord(one.key, entry, place, sample.WHEN, "u2", sample.COORDINATOR, "coordinator", BLANK, one.value, "", "typed")
        second = replace(first, entry_no=entry + 500_000, when=sample.WHEN + timedelta(days=1), old=one.value, reason="transcription error 转录错误")
        return replace(one, changes=(first, second))

    def moved(event: EventRecord) -> EventRecord:
        forms = []
        for form in event.forms:
            entry = next(numbers)
            groups = tuple(
                replace(group, rows=tuple(
                    replace(row, items=tuple(changed(one, entry, place) for place, one in enumerate(row.items, 1))) for row in group.rows
                ))
                for group in form.groups
            )  # fmt: skip
            forms.append(replace(form, groups=groups))
        return replace(event, forms=tuple(forms))

    return replace(subject, events=tuple(moved(event) for event in subject.events))


def timed(run: Callable[[], bytes]) -> tuple[float, float, bytes]:
    """Median seconds of the processor and of the wall, and what the last round made."""
    own, wall, content = [], [], b""
    for _ in range(_ROUNDS):
        begun, clock = time.process_time(), time.perf_counter()
        content = run()
        own.append(time.process_time() - begun)
        wall.append(time.perf_counter() - clock)
    return statistics.median(own), statistics.median(wall), content


def signing(content: bytes) -> tuple[float, float, float]:
    """Seconds (processor) of the first signature, the library read for it, and of a later one (processor, wall): place, look, PAdES, checks before."""
    begun = time.process_time()
    from crf_app.pdf.desk import Desk  # noqa: PLC0415  what the first signature costs
    from crf_app.pdf.signature_page import SignedFacts, render_signed_place  # noqa: PLC0415
    from crf_app.seal.certificates import Person, make_certificate, paper_key  # noqa: PLC0415
    from crf_app.seal.checking import check_document  # noqa: PLC0415
    from crf_app.seal.keys import site_key  # noqa: PLC0415
    from crf_app.seal.pades import Seal, free_place, sign_document  # noqa: PLC0415

    private, now = paper_key(hashlib.sha384(b"bench").digest()), datetime.now(UTC)
    key = site_key(private, make_certificate(private, Person("Demo Investigator", "Site", "1"), now))
    words = load_words(resources_folder() / "words")

    def sign() -> bytes:
        check_document(content)
        place = free_place(content)
        facts = SignedFacts(sample.INVESTIGATOR, "investigator", "review", now, "", key.fingerprint, "self-issued")
        look = render_signed_place(Desk(sample.CONTEXT, words, "both"), facts, place.size)
        return sign_document(content, key, Seal(place, look, "", "Demo Investigator", "", "", now))

    sign()
    first = time.process_time() - begun
    return (first, *timed(sign)[:2])


def memory() -> float:
    """The most that this process ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024) / (1024 if sys.platform == "darwin" else 1)


def batch(subject: SubjectRecord, count: int, extras: Extras) -> float:
    """How much more memory a batch takes than one casebook did: each drawn and written, as services.batch does."""
    words = load_words(resources_folder() / "words")
    before = memory()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            one = replace(subject, subject=f"NJ01-{number:03}")
            replace_file(Path(folder) / f"{number}.pdf", render_casebook(one, sample.CONTEXT, words, "both", extras=extras))
    return memory() - before


def main(arguments: list[str]) -> int:
    """Print each figure with its limit; 1 when one is missed."""
    visits = int(arguments[0]) if arguments else 25
    count = int(arguments[1]) if len(arguments) > 1 else 100
    words = load_words(resources_folder() / "words")
    subject, extras = with_history(casebook(visits)), Extras(tuple(ANNEXES), signature_page=True)
    render_casebook(subject, sample.CONTEXT, words, "both")  # fonts are read once for the process
    seconds, wall, content = timed(lambda: render_casebook(subject, sample.CONTEXT, words, "both", extras=extras))
    changes = sum(len(one.changes) for event in subject.events for form in event.forms for one in form.items())
    grown = batch(subject, count, extras)
    first, later, later_wall = signing(content)
    results = (
        (f"casebook of {visits} visits, audit trail of {changes} changes, PDF/A", wall, SECONDS, "s", f"processor {seconds:.2f} s"),
        ("signing adds (later ones)", later_wall, ADDED, "s", f"processor {later:.2f} s"),
        (f"{count} casebooks in a row take more memory than one", grown, MEGABYTES, "MB", ""),
    )
    print(f"{platform.platform()}, Python {platform.python_version()}, {_ROUNDS} rounds, {len(content) / 1e6:.1f} MB a casebook")
    for name, found, limit, unit, beside in results:
        print(f"{name:75} {found:7.2f} {unit} (limit {limit:g}) {'ok' if found <= limit else 'MISSED'} {beside}")
    print(f"{'the first signature, the library read for it':75} {first:7.2f} s")
    return int(any(found > limit for _, found, limit, _, _ in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
