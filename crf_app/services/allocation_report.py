"""An allocation made outside the application, recorded by the investigator's signature behind the same gate (content, section 5.30).

ENVELOPE: the site opened the sealed envelope of the next number. CENTRAL: the sponsor's central service told the allocation by telephone or in its own system.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crf_app.admin.roles import Right
from crf_app.clinical.allocation import LONGEST_NUMBER
from crf_app.clinical.form_state import form_address
from crf_app.errors import ExpectedError
from crf_app.services.allocation_lists import LIST, arms_of, method_of, scheme_of
from crf_app.services.changes import Changes
from crf_app.services.randomisation import allocation_form, fill_and_sign, obstacles, person_of
from crf_app.services.signing import Credentials, signer_of
from crf_app.services.workspace import Workspace
from crf_app.store.allocations import ReportedAllocation, read_reported_allocations
from crf_app.study.item_types import EntryContext, parse_value
from crf_app.study.problems import Problem

LONGEST_SOURCE = 100


@dataclass(frozen=True, slots=True)
class Report:
    """What the investigator was told, as typed: arm (code), number, day, time of day, who or what told it, stratum ("" without any)."""

    arm: str
    number: str
    day: str
    time: str
    informed_by: str
    stratum: str = ""


def report_allocation(work: Workspace, subject: str, report: Report, who: Credentials, *, lang: str = "en") -> Changes:
    """Record an allocation that an envelope or the central service gave: one transaction, one ledger entry, signed by who may randomise.

    The gate is that of the list: consent, eligibility confirmed and still so, no allocation yet; it is judged again here. The form is
    filled, completed and signed, the arm given to the subject. Whether an arm is full is the sponsor's to know: what was allocated is recorded.
    Raises ExpectedError "randomise_by_list", "randomise_*" (with remedy), "unknown_arm", "allocation_number", "allocation_number_used",
    "allocation_source", "bad_date", "bad_time", "allocation_moment", "log_in_failed", "no_right" and those of the disk; nothing is stored then.
    """
    actor = signer_of(work, who, Right.RANDOMISE)
    if method_of(work) == LIST:
        raise ExpectedError("randomise_by_list")
    for obstacle in obstacles(work, subject):
        raise obstacle
    checked = _checked(work, subject, report, lang)
    form = allocation_form(work, subject)
    details = {"method": checked.method, "number": checked.number, "arm": checked.arm, "stratum": checked.stratum, "informed_by": checked.informed_by}
    command = work.command("report_allocation", actor, about=f"{subject}:{form_address(form)}", details=details)
    day, _, time = checked.allocated_at.partition("T")
    texts = {
        "allocation_date": day, "allocation_time": time, "allocation_number": checked.number, "allocation_stratum": checked.stratum, "arm": checked.arm,
        "allocation_method": checked.method, "allocation_person": person_of(work, actor), "allocation_source": checked.informed_by,
    }  # fmt: skip
    with work.begin(command, actor.signer) as unit:
        cells = {name: getattr(checked, name) for name in ("subject", "number", "arm", "method", "stratum", "allocated_at", "informed_by")}
        unit.put("reported_allocation", {**cells, "entry_no": unit.entry_no})
        unit.patch("subject", (subject,), {"arm": checked.arm})
        return fill_and_sign(work, unit, actor, work.casebook(subject), texts)


def _checked(work: Workspace, subject: str, report: Report, lang: str) -> ReportedAllocation:
    codes = [one.code for one in arms_of(work)]
    if report.arm not in codes:
        raise ExpectedError("unknown_arm", known=", ".join(codes))
    number, informed_by, stratum = report.number.strip(), report.informed_by.strip(), report.stratum.strip()
    if not number or len(number) > LONGEST_NUMBER or not number.isprintable():
        raise ExpectedError("allocation_number", most=LONGEST_NUMBER)
    if any(one.number == number for one in read_reported_allocations(work.database)):
        raise ExpectedError("allocation_number_used", number=number)
    if not informed_by or len(informed_by) > LONGEST_SOURCE:
        raise ExpectedError("allocation_source", most=LONGEST_SOURCE)
    strata = scheme_of(work).strata
    if stratum not in strata:
        raise ExpectedError("randomise_stratum", known=", ".join(strata))
    moment = f"{_part(work, 'date', report.day, lang)}T{_part(work, 'time', report.time, lang)}"
    consent = work.run(subject).plain("consent_date")
    if moment > f"{work.clock.now():%Y-%m-%dT%H:%M}" or moment[:10] < consent[:10]:
        raise ExpectedError("allocation_moment", text=moment.replace("T", " "), consent=consent)
    return ReportedAllocation(subject, number, report.arm, method_of(work), stratum, moment, informed_by, 0)


def _part(work: Workspace, name: str, text: str, lang: str) -> str:
    """A typed day or time of day, by the item of the form that holds it."""
    item = work.study.landmark(f"allocation_{name}")
    if item is None:
        return datetime.strftime(work.clock.now(), "%Y-%m-%d" if name == "date" else "%H:%M")
    found = parse_value(item, text, EntryContext(work.clock.now().replace(tzinfo=None), lang))
    if isinstance(found, Problem) or not found.text:
        raise ExpectedError(f"bad_{name}", text=text)
    return found.text
