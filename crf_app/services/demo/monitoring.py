"""The monitor's visits: questions about what was entered since the last one, the site's answers a few days later, closed the next time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.queries import Priority, visit_key
from crf_app.services.demo.desk import Desk
from crf_app.services.queries import (
    NewQuery,
    answer_query,
    cancel_query,
    close_queries,
    comment_query,
    open_query,
    reopen_query,
)
from crf_app.services.workspace import Actor
from crf_app.store.forms import FormStatus, read_forms
from crf_app.store.queries import StoredQuery, read_unresolved_queries
from crf_app.store.subjects import read_subjects
from crf_app.study.definition import ItemDef, ItemType

_FIRST, _BETWEEN, _ANSWERED_AFTER = timedelta(days=17), timedelta(days=21), timedelta(days=4)
_ASKED = 3
"""Questions a visit."""
_ABOUT: Mapping[ItemType, tuple[str, ...]] = {
    ItemType.INT: ("录入值与原始病历不一致，请核对。", "请核对原始记录中的数值与单位。"),
    ItemType.DEC: ("录入值与原始记录相差一位小数，请核对。", "The source shows another value. Please check against the worksheet."),
    ItemType.DATE: ("病历记录的日期与此不同，请核对后更正或说明。",),
    ItemType.PDATE: ("病程记录中可查到更完整的日期，请核实。",),
    ItemType.SINGLE: ("病历中未见相应记录，请提供依据。", "与上次访视的选择不同，请确认。"),
    ItemType.TEXT: ("请补充说明，并注明原始文件出处。",),
}
_ANSWERS = ("已核对原始记录，录入无误。", "已与研究者确认，维持原值。", "原始病历已补充说明，见病程记录。", "Checked against the source; the value stands.")
_FORM_ASKED = "原始记录缺少记录者签名和日期，请补充。"
_VISIT_ASKED = "本次访视的原始病历未见，请准备供下次监查。"
_MORE_ASKED = "请说明依据的是哪份原始文件。"
_REMARK = "已联系检验科调取原始报告，待回复。"


def monitoring(desk: Desk, monitor: Actor, first: datetime, random: Random) -> Iterator[datetime]:
    """Visits every three weeks from `first` on, for as long as somebody asks for the next moment."""
    moment = (first + _FIRST).replace(hour=10, minute=0, second=0, microsecond=0)
    since = ""
    while True:
        yield moment
        _settle(desk, monitor, random)
        _ask(desk, monitor, since, random)
        since = moment.isoformat()
        yield (moment + _ANSWERED_AFTER).replace(hour=16)
        _answer(desk, random)
        moment += _BETWEEN


def _ask(desk: Desk, monitor: Actor, since: str, random: Random) -> None:
    """Two questions about values, the last one about a form or a visit."""
    forms = sorted((one for one in _completed(desk) if one.completed_at > since), key=lambda one: (one.completed_at, one.key))
    for status in random.sample(forms, min(_ASKED, len(forms))):
        new = _question(desk, status.key, random)
        open_query(desk.work, new, actor=monitor)
        desk.clock.advance(timedelta(minutes=6))


def _completed(desk: Desk) -> Iterator[FormStatus]:
    for subject in read_subjects(desk.work.database):
        yield from (one for one in read_forms(desk.work.database, subject.number).values() if one.state == "complete")


def _question(desk: Desk, form: FormKey, random: Random) -> NewQuery:
    about = random.random()
    if about < 0.1:
        return NewQuery(visit_key(form.subject, form.event, form.event_repeat), _VISIT_ASKED)
    found = [(key, item) for key, item in _filled(desk, form) if item.type in _ABOUT and not item.derive]
    if about < 0.2 or not found:
        return NewQuery(ItemKey(*form, "", 1, ""), _FORM_ASKED)
    key, item = random.choice(found)
    if item.type is ItemType.TEXT and desk.work.study.forms[form.form].group(key.group).repeating == "log":
        key = key._replace(item="")
    priority = Priority.HIGH if random.random() < 0.15 else Priority.NORMAL
    return NewQuery(key, random.choice(_ABOUT[item.type]), priority=priority)


def _filled(desk: Desk, form: FormKey) -> Iterator[tuple[ItemKey, ItemDef]]:
    casebook, items = desk.work.casebook(form.subject), desk.work.study.forms[form.form].index
    for (group, row, oid), value in sorted(casebook.forms.get(form, {}).items()):
        if oid in items and value.text and (form, group, row) not in casebook.deleted:
            yield item_key(form, group, row, oid), items[oid]


def _answer(desk: Desk, random: Random) -> None:
    """The site answers most of what people ask; on some it is still waiting for papers."""
    for query in _of_people(desk, "open"):
        chance = random.random()
        by = desk.investigator if query.assigned == "investigator" else None
        if chance < 0.7:
            answer_query(desk.work, query.id, random.choice(_ANSWERS), actor=by)
        elif chance < 0.8:
            comment_query(desk.work, query.id, _REMARK, actor=by)
        desk.clock.advance(timedelta(minutes=4))


def _settle(desk: Desk, monitor: Actor, random: Random) -> None:
    """The monitor reads the answers: most settle the question, one in eight does not; a question asked in error is taken back."""
    accepted = []
    for query in _of_people(desk, "answered"):
        if random.random() < 0.12:
            reopen_query(desk.work, query.id, _MORE_ASKED, actor=monitor)
        else:
            accepted.append(query.id)
    if accepted:
        close_queries(desk.work, accepted, actor=monitor)
    for query in _of_people(desk, "open"):
        if random.random() < 0.05:
            cancel_query(desk.work, query.id, "原始文件中已找到，无需答复。", actor=monitor)
    desk.clock.advance(timedelta(minutes=20))


def _of_people(desk: Desk, state: str) -> list[StoredQuery]:
    return [one for one in read_unresolved_queries(desk.work.database) if one.kind == "person" and one.state == state]
