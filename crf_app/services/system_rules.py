"""Rules that no definition can write: expected forms (X13) and eligibility that changed after treatment (X06); content, section 6."""

from __future__ import annotations

from collections.abc import Iterator

from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.messages import M_EXPECTED, filled
from crf_app.clinical.record import Finding, Visibility
from crf_app.clinical.rules.run import Run
from crf_app.clinical.schedule import event_forms, visit_done
from crf_app.study.definition import Severity
from crf_app.study.texts import Text

EXPECTED, CHANGED = "X13", "X06"
CHANGED_TEXT = Text(
    "{criterion} is now {verdict}; the subject has already been treated. Record a deviation?", "{criterion}现判定为{verdict}，受试者已接受治疗，是否记录方案偏离？"
)
"""What X06 says of one criterion."""
_VERDICT_TEXTS = {
    "MET": Text("met", "符合"), "NOT_MET": Text("not met", "不符合"), "PRESENT": Text("present", "存在"), "ABSENT": Text("absent", "不存在"),
    "UNKNOWN": Text("unknown", "无法判定"),
}  # fmt: skip
SystemFinding = tuple[str, ItemKey, Finding | None]
"""Rule, place, and the finding when the rule fires there now."""


def expected_forms(run: Run, event: str, repeat: int) -> Iterator[SystemFinding]:
    """X13 (INFO): the visit took place, its header is complete, and a required form has not been begun."""
    subject = run.casebook.subject
    header = FormKey(subject, event, repeat, run.study.header_form, 1)
    meta = run.casebook.form_meta.get(header)
    due = visit_done(run, subject, event, repeat) == "Y" and meta is not None and meta.status == "complete"
    definition = run.rules.events[event]
    for form, optional in event_forms(run, definition, repeat):
        if optional or form == header:
            continue
        key = ItemKey(*form, "", 1, "")
        waits = due and form not in run.casebook.forms and run.rules.form_visibility(run, form) is Visibility.SHOWN
        yield EXPECTED, key, _expected(run, key) if waits else None


def _expected(run: Run, key: ItemKey) -> Finding:
    event, form = run.event(key.form_key), run.definition(key.form_key)
    by_lang = [{"form": form.name.get(lang), "visit": event.name.get(lang)} for lang in ("en", "zh")]
    return Finding(EXPECTED, Severity.INFO, key, filled(M_EXPECTED, by_lang[0], by_lang[1]))


def changed_eligibility(run: Run, frozen: dict[str, str]) -> Iterator[SystemFinding]:
    """X06 (SOFT): a criterion's live verdict differs from the one frozen at the confirmation, and the subject has been treated.

    The finding stands on the verdict of the newest eligibility form and names every criterion that changed.
    """
    forms = run.casebook.instances(run.study.home("verdict"))
    item = run.own_landmark(forms[-1], "verdict") if forms else None
    if not forms or item is None:
        return
    key = item_key(forms[-1], item.group, 1, item.oid)
    changed = []
    if run.first_treatment() is not None:
        known = run.rules.judge.criteria
        changed = [(ident, live) for ident, old in frozen.items() if ident in known and (live := run.rules.verdict(run, ident)) != old]
    if not changed:
        yield CHANGED, key, None
        return
    texts = [filled(CHANGED_TEXT, *_values(ident, live)) for ident, live in changed]
    yield CHANGED, key, Finding(CHANGED, Severity.SOFT, key, Text(" ".join(one.en for one in texts), "".join(one.zh for one in texts)))


def _values(ident: str, verdict: str) -> tuple[dict[str, str], dict[str, str]]:
    text = _VERDICT_TEXTS.get(verdict, Text(verdict, verdict))
    return {"criterion": ident, "verdict": text.en}, {"criterion": ident, "verdict": text.zh}
