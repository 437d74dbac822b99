"""Demonstration workspaces of a few stories, made once a run for all tests that read or copy them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from crf_app.paths import forms_folder
from crf_app.services.demo.build import Demo, make_cohort
from crf_app.services.demo.trials import DEMONSTRATIONS
from tests.once import Once, study_of

FIRST, SECOND, THIRD = "NCT05999656", "NCT05507697", "NCT07183761"
NOW = datetime(2026, 3, 18, 14, 30, tzinfo=timezone(timedelta(hours=8)))
FULL = ("healed", "busy")
"""Two courses of the first trial that together hold everything a casebook can: other units, operators, gaps, two ulcers, partial dates."""


def source_of(trial: str) -> Path:
    """The folder of the definition that a trial has today."""
    return forms_folder() / trial / "1.0"


def cohort(once: Once, trial: str, now: datetime, stories: Sequence[str], seed: int = 1) -> Demo:
    """A workspace of those stories at that moment. Never written to: copy it before it is opened."""
    study = study_of(source_of(trial))
    wanted = {one.name: one for one in DEMONSTRATIONS[study.oid].plans(13, seed)[::-1]}

    def make(place: Path) -> Demo:
        return make_cohort(place / "w", study, now, [wanted[name] for name in stories], seed=seed)

    return once.made(f"demo-{trial}-{now:%Y%m%d-%H%M}-{seed}-{'-'.join(stories)}", make)
