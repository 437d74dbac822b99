"""Where a demonstration shows most: one form of each kind."""

from __future__ import annotations

from crf_app.clinical.keys import FormKey
from crf_app.services.workspace import Workspace
from crf_app.store.subjects import read_subjects

# Form, and the visit at which it tells most where the trial has it there.
_WANTED = {
    "wound": ("WND", "W4"), "vital-signs": ("VS", "D0"), "injection": ("INJ", "D0"), "infusions": ("LAINF", "T0"), "randomisation": ("RND", "BL"),
    "score": ("TCSS", "D15"), "nerve-conduction": ("NCS", "SCR"), "laboratory": ("LBCHEM", "W4"), "eligibility": ("IE", "SCR"), "consent": ("ICF", "SCR"),
    "adverse-events": ("AE", "LOG"), "serious-event": ("SAE", "LOG"), "deviations": ("DV", "LOG"),
}  # fmt: skip


def telling_forms(work: Workspace) -> dict[str, FormKey]:
    """By a name for files: the first filled form of each kind that the cohort has, at the visit that tells most where there is one."""
    found: dict[str, FormKey] = {}
    for subject in read_subjects(work.database):
        held = list(work.casebook(subject.number).forms)
        for name, (form, event) in _WANTED.items():
            best = next((key for key in held if (key.form, key.event) == (form, event)), None)
            any_of_it = next((key for key in held if key.form == form), None)
            if best is not None and (name not in found or found[name].event != event):
                found[name] = best._replace(event_repeat=1, form_repeat=1)
            elif any_of_it is not None and name not in found:
                found[name] = any_of_it._replace(event_repeat=1, form_repeat=1)
    return {name: found[name] for name in _WANTED if name in found}
