"""Endpoint variables of all subjects as files: one row a subject, the derivation trace, the site's summaries."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from crf_app.admin.roles import Right
from crf_app.clinical.endpoints import Endpoint, Summary, evaluate_endpoints, summarise
from crf_app.errors import ExpectedError
from crf_app.paths import make_private
from crf_app.services.workspace import Workspace
from crf_app.store.subjects import read_subjects
from crf_app.study.decimals import quantized_text

_BYTE_ORDER_MARK = "\ufeff"
_TRACE = ("SUBJECT", "VARIABLE", "LABEL_EN", "LABEL_ZH", "VALUE", "EXACT", "UNIT", "STATUS", "CODE", "FLAGS", "FUNCTIONS", "RULE", "INPUTS")
_SUMMARY = ("SUMMARY", "LABEL_EN", "LABEL_ZH", "PART", "N", "OF", "NOT_KNOWN", "CHI2", "P", "CHI2_YATES", "P_YATES", "P_FISHER", "USE")
_TEST = ("p", "yates", "p_yates", "p_fisher")
_PLACES = 4
Progress = Callable[[int, int], None]


def read_endpoints(work: Workspace, subject: str) -> tuple[Endpoint, ...]:
    """Every endpoint variable of one subject as the data stand. Raises ExpectedError "no_right", "no_subject"."""
    work.need(Right.READ)
    return evaluate_endpoints(work.run_over(work.casebook(subject)))


def export_endpoints(work: Workspace, target: Path, *, progress: Progress | None = None) -> tuple[Path, ...]:
    """Write FILE.csv (a row a subject), FILE-trace.csv (a row a value) and FILE-summary.csv, all or none; the ledger keeps their hash.

    Raises ExpectedError "no_right", "export_exists", "no_endpoints", "io_error".
    """
    actor = work.need(Right.EXPORT)
    if not work.study.endpoints:
        raise ExpectedError("no_endpoints", study=work.study.registry_id)
    places = (target, target.with_name(f"{target.stem}-trace{target.suffix}"), target.with_name(f"{target.stem}-summary{target.suffix}"))
    if any(one.exists() for one in places):
        raise ExpectedError("export_exists", place=next(one for one in places if one.exists()))
    found = _evaluated(work, progress)
    contents = [_bytes(rows) for rows in (_table(work, found), _trace(found), _summaries(work, found))]
    try:
        _place(places, contents)
    except OSError as error:
        raise ExpectedError("io_error", place=target, detail=error.strerror or str(error)) from error
    digest = hashlib.sha256(b"".join(contents)).hexdigest()
    with work.begin(work.command("export", actor, details={"format": "endpoints", "sha256": digest, "identified": True}), actor.signer):
        pass
    return places


def _evaluated(work: Workspace, progress: Progress | None) -> dict[str, tuple[Endpoint, ...]]:
    subjects = read_subjects(work.database)
    found = {}
    for number, subject in enumerate(subjects, 1):
        found[subject.number] = evaluate_endpoints(work.run_over(work.casebook(subject.number)))
        if progress is not None:
            progress(number, len(subjects))
    return found


def _table(work: Workspace, found: dict[str, tuple[Endpoint, ...]]) -> Iterable[Sequence[str]]:
    columns = tuple(dict.fromkeys(one.oid for study in reversed(work.studies_in_use) for one in study.endpoints))
    yield ("SUBJECT", *columns)
    for subject, endpoints in found.items():
        texts = {one.definition.oid: one.value.text for one in endpoints}
        yield (subject, *(texts.get(one, "") for one in columns))


def _trace(found: dict[str, tuple[Endpoint, ...]]) -> Iterable[Sequence[str]]:
    yield _TRACE
    for subject, endpoints in found.items():
        for one in endpoints:
            label, value = one.definition.label, one.value
            inputs = "; ".join(f"{address}={text}" for address, text in one.inputs)
            yield (
                subject, one.definition.oid, label.en, label.zh, value.text, value.exact or value.text, one.definition.unit, value.status or "MISSING",
                value.code, value.flags, ", ".join(one.functions), one.definition.derive, inputs,
            )  # fmt: skip


def _summaries(work: Workspace, found: dict[str, tuple[Endpoint, ...]]) -> Iterable[Sequence[str]]:
    yield _SUMMARY
    subjects = [{one.definition.oid: one.value.text for one in endpoints} for endpoints in found.values()]
    for summary in summarise(work.study, subjects):
        test = _test_cells(summary)
        label = summary.definition.label
        for part in summary.parts:
            yield (summary.definition.oid, label.en, label.zh, part.name, str(part.yes), str(part.of), str(part.unknown), *test)


def _test_cells(summary: Summary) -> Sequence[str]:
    result = summary.test
    if result is None or result.value is None:
        return [""] * 6
    numbers = [result.value, *(result.outputs.get(name) for name in _TEST)]
    return [*(quantized_text(one, _PLACES) if isinstance(one, Decimal) else "" for one in numbers), str(result.outputs.get("use", ""))]


def _bytes(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return (_BYTE_ORDER_MARK + text.getvalue()).encode()


def _place(places: Sequence[Path], contents: Sequence[bytes]) -> None:
    """Write all beside their places, then put them in place; what was put is taken back when one cannot be."""
    with tempfile.TemporaryDirectory(dir=places[0].parent) as scratch:
        drafts = [Path(scratch) / place.name for place in places]
        for draft, content in zip(drafts, contents, strict=True):
            draft.write_bytes(content)
            make_private(draft)
        put: list[Path] = []
        try:
            for draft, place in zip(drafts, places, strict=True):
                draft.rename(place)
                put.append(place)
        except OSError:
            for place in put:
                place.unlink(missing_ok=True)
            raise
