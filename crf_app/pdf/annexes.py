"""The annexes of a casebook, each by choice: one row of `ANNEXES` is one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from crf_app.clinical.charts.model import Chart
from crf_app.clinical.embedded import EmbeddedFile
from crf_app.clinical.record import SubjectRecord
from crf_app.clinical.trail import SubjectTrail, all_changes, place_names
from crf_app.pdf.annex import all_corrections, all_signatures, correction_blocks, signature_list
from crf_app.pdf.blocks import Block
from crf_app.pdf.charts import chart_blocks
from crf_app.pdf.desk import Desk
from crf_app.pdf.pictures import all_photographs, photograph_blocks
from crf_app.pdf.trail import act_blocks, attached_list, change_blocks, query_blocks

DEFAULT_ANNEXES = ("corrections", "signatures", "photographs")


@dataclass(frozen=True, slots=True)
class Extras:
    """What a casebook carries beside its forms: annexes by name, the trail they are made from, files inside, a page for signatures."""

    annexes: Sequence[str] = DEFAULT_ANNEXES
    trail: SubjectTrail = field(default_factory=SubjectTrail)
    files: Sequence[EmbeddedFile] = ()
    signature_page: bool = False
    charts: Sequence[Chart] = ()


class Annex(NamedTuple):
    """An annex as it is bound in: name of its title, how many it lists, its blocks."""

    key: str
    found: int
    blocks: list[Block]


Maker = Callable[[Desk, SubjectRecord, Extras, float], tuple[int, list[Block]]]


def _corrections(desk: Desk, subject: SubjectRecord, _extras: Extras, width: float) -> tuple[int, list[Block]]:
    found = list(all_corrections(subject.events))
    return len(found), correction_blocks(desk, found, width) if found else []


def _signatures(desk: Desk, subject: SubjectRecord, _extras: Extras, width: float) -> tuple[int, list[Block]]:
    signed = all_signatures(subject, subject.events)
    return len(signed), signature_list(desk, place_names(subject), signed, width) if signed else []


def _photographs(desk: Desk, subject: SubjectRecord, _extras: Extras, width: float) -> tuple[int, list[Block]]:
    found = list(all_photographs(subject.events))
    return len(found), photograph_blocks(desk, found, width) if found else []


def _audit(desk: Desk, subject: SubjectRecord, extras: Extras, width: float) -> tuple[int, list[Block]]:
    changes = all_changes(subject)
    acts = act_blocks(desk, place_names(subject), extras.trail.acts, width)
    return len(changes), change_blocks(desk, changes, width, "audit") + acts


def _queries(desk: Desk, subject: SubjectRecord, extras: Extras, width: float) -> tuple[int, list[Block]]:
    return len(extras.trail.queries), query_blocks(desk, place_names(subject), extras.trail.queries, width, "queries")


def _attachments(desk: Desk, _subject: SubjectRecord, extras: Extras, width: float) -> tuple[int, list[Block]]:
    return len(extras.trail.attached), attached_list(desk, extras.trail.attached, width)


def _charts(desk: Desk, _subject: SubjectRecord, extras: Extras, width: float) -> tuple[int, list[Block]]:
    drawn = sum(not one.is_empty for one in extras.charts)
    return drawn, chart_blocks(desk, extras.charts, width) if extras.charts else []


ANNEXES: Mapping[str, Maker] = {
    "corrections": _corrections, "signatures": _signatures, "photographs": _photographs, "audit": _audit, "queries": _queries,
    "attachments": _attachments, "charts": _charts,
}  # fmt: skip
"""In the order in which they are bound. A new annex is one row here and its title among the words of `pdf`."""


def chosen_annexes(desk: Desk, subject: SubjectRecord, extras: Extras, width: float) -> list[Annex]:
    """The annexes that were asked for. Those of the default are left out when they are empty; one asked for by name says that it is."""
    made = []
    for key, make in ANNEXES.items():
        if key in extras.annexes:
            count, blocks = make(desk, subject, extras, width)
            if blocks:
                made.append(Annex(key, count, blocks))
    return made
