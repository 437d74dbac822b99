"""May this be done to this form now? The one question every use case asks the table of transitions."""

from __future__ import annotations

from collections.abc import Iterable

from crf_app.clinical.keys import FormKey
from crf_app.clinical.standing import FormFacts, Standing, form_standing, held, stage
from crf_app.clinical.transitions import ACT_TEXTS, STAGE_TEXTS, TRANSITIONS, Act, Stage, stages_for
from crf_app.errors import ExpectedError
from crf_app.services.held import named, place_name
from crf_app.services.workspace import Actor, Workspace
from crf_app.store.locks import lock_over, read_locks, refusal
from crf_app.store.workflow import read_standing
from crf_app.study.texts import Text


def standing_of(work: Workspace, form: FormKey) -> Standing:
    """How one form stands, with all that holds it. A file of an older program has no standings: then by its state of entry."""
    stored = read_standing(work.database, form)
    lock = lock_over(read_locks(work.database, form.subject), form)
    states = Standing(stored.states) if stored is not None else entry_standing(work, form)
    return held(states, lock.kind) if lock is not None else states


def entry_standing(work: Workspace, form: FormKey) -> Standing:
    """How a form stands as far as entry alone tells."""
    meta = work.casebook(form.subject).form_meta.get(form)
    return form_standing(FormFacts(meta.status if meta is not None else "not_started"))


def stage_of(work: Workspace, form: FormKey) -> Stage:
    """Where a form stands in the table of transitions."""
    return stage(standing_of(work, form))


def need_act(work: Workspace, act: Act, forms: Iterable[FormKey], actor: Actor) -> None:
    """Ask the table for each form. Raises ExpectedError "record_frozen", "record_locked", "act_not_now" (state), "act_not_yours" (role)."""
    for form in sorted(set(forms)):
        here = stage_of(work, form)
        roles = TRANSITIONS[act][here]
        if actor.user.role in roles:
            continue
        lock = lock_over(read_locks(work.database, form.subject), form)
        if lock is not None and not roles:
            raise named(work.study_of(form.subject), work.name_of, refusal(lock))
        place = place_name(work.study_of(form.subject), form.subject, form.form_address)
        if roles:
            raise ExpectedError("act_not_yours", act=ACT_TEXTS[act], place=place, role=actor.user.role)
        raise ExpectedError("act_not_now", act=ACT_TEXTS[act], place=place, stage=STAGE_TEXTS[here], stages=_listed(act))


def _listed(act: Act) -> Text:
    texts = [STAGE_TEXTS[one] for one in stages_for(act)]
    return Text(", ".join(one.en for one in texts), "、".join(one.zh for one in texts))
