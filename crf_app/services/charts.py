"""Charts of a subject and of the site, for whoever may read."""

from __future__ import annotations

from crf_app.admin.roles import Right
from crf_app.clinical.charts.cohort import AGEING, ENROLMENT, TITLES, Enrolment, ageing_chart, enrolment_chart
from crf_app.clinical.charts.model import Chart
from crf_app.clinical.charts.subject import Offer, SubjectCharts
from crf_app.clinical.queries import waits_for
from crf_app.services.plans import day_of
from crf_app.services.workspace import Workspace
from crf_app.store.query_ages import read_query_ages
from crf_app.store.subjects import read_subjects

SITE_OFFERS = tuple(Offer(oid, title) for oid, title in TITLES.items())
_NOT_ENROLLED = ("screening", "screen_failure")


def read_subject_charts(work: Workspace, subject: str) -> SubjectCharts:
    """What can be drawn of a subject as the data stand now. Raises ExpectedError "no_right", "locked", "no_subject"."""
    work.need(Right.READ)
    return SubjectCharts(work.run(subject), work.clock.today())


def site_chart(work: Workspace, oid: str) -> Chart:
    """One of `SITE_OFFERS`. Raises ExpectedError "no_right", "locked", KeyError for another name."""
    work.need(Right.READ)
    return {ENROLMENT: _enrolment, AGEING: _ageing}[oid](work)


def _enrolment(work: Workspace) -> Chart:
    subjects, today = read_subjects(work.database), work.clock.today()
    consented = tuple(day_of(one.details.get("consent")) for one in subjects)
    treated = tuple(day_of(one.details.get("first_treatment")) for one in subjects)
    states = [one.state for one in subjects]
    enrolled = sum(1 for one in states if one not in _NOT_ENROLLED)
    return enrolment_chart(Enrolment(consented, treated, enrolled, states.count("screen_failure"), work.study.target_enrolment), today)


def _ageing(work: Workspace) -> Chart:
    today = work.clock.today()
    found = [(max((today - one.at.date()).days, 0), waits_for(one.state, one.origin, one.assigned)) for one in read_query_ages(work.database)]
    return ageing_chart(found)
