"""Where a demonstration shows most: one form of each kind."""

from __future__ import annotations

from crf_app.clinical.keys import FormKey
from crf_app.services.workspace import Workspace
from crf_app.store.subjects import read_subjects

_WANTED = {
    "wound": ("W4", "WND"), "vital-signs": ("D0", "VS"), "injection": ("D0", "INJ"), "laboratory": ("W4", "LBCHEM"), "eligibility": ("SCR", "IE"),
    "consent": ("SCR", "ICF"), "adverse-events": ("LOG", "AE"), "serious-event": ("LOG", "SAE"), "deviations": ("LOG", "DV"),
}  # fmt: skip


def telling_forms(work: Workspace) -> dict[str, FormKey]:
    """By a name for files: the first filled form of each kind that the cohort has."""
    found: dict[str, FormKey] = {}
    for subject in read_subjects(work.database):
        held = {(key.event, key.form) for key in work.casebook(subject.number).forms}
        for name, (event, form) in _WANTED.items():
            if name not in found and (event, form) in held:
                found[name] = FormKey(subject.number, event, 1, form, 1)
    return {name: found[name] for name in _WANTED if name in found}
