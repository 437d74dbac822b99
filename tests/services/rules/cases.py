"""The worked cases of each trial, read from the examples beside its definition (docs/definition-format.md)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.services.entry import ItemEntry
from crf_app.study.definition import StudyDef

FORMS = Path(__file__).parents[3] / "forms"
TRIALS = {path.parents[2].name: path.parents[1] for path in sorted(FORMS.glob("NCT*/*/examples/base.toml"))}
"""Registry number to folder, of each trial that has worked cases."""
TRIAL = TRIALS["NCT05999656"]
NOW = "2026-09-30T12:00:00"
_ADDRESS = re.compile(r"(?:(\w+)(?:#(\d+))?\.)?(\w+?)(?:#(\d+))?(?:@(\w+?)(?:#(\d+))?)?\Z")


@dataclass(frozen=True, slots=True)
class Spot:
    """The form that a case is about: item names without form or visit stand there."""

    form: str
    event: str
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case. `given` is typed before `values`; `wanted` holds the expectations under their names in the file."""

    id: str
    trial: str
    base: str
    spot: Spot
    given: Mapping[str, str]
    values: Mapping[str, str]
    parameters: Mapping[str, str]
    now: str
    tries: Mapping[str, str]
    wanted: Mapping[str, Any] = field(hash=False)

    @property
    def firing(self) -> tuple[str, ...]:
        """Rules that must fire, STOP checks included."""
        return (*self.wanted.get("expect_findings", ()), *self.wanted.get("expect_stops", ()))

    @property
    def silent(self) -> tuple[str, ...]:
        """Rules that must not fire."""
        return tuple(self.wanted.get("expect_silent", ()))

    @property
    def criteria(self) -> Mapping[str, str]:
        """The machine's verdict of each named criterion."""
        found: Mapping[str, str] = self.wanted.get("expect_suggestions", {})
        return found


def read_cases(*trials: str) -> tuple[Case, ...]:
    """All cases of those trials, of every trial when none is named, in order of their files."""
    return tuple(case for trial in trials or TRIALS for case in cases_in(trial, TRIALS[trial]))


def cases_in(trial: str, folder: Path) -> Iterator[Case]:
    """The cases that lie beside one definition."""
    for path in sorted((folder / "examples").glob("*.toml")):
        for number, one in enumerate(tomllib.loads(path.read_text(encoding="utf-8")).get("case", []), 1):
            yield Case(
                f"{trial}/{path.stem}-{number}: {one['name']}", trial, one["base"], Spot(one["form"], one["event"], one.get("repeat", 1)),
                one.get("with", {}), one.get("values", {}), one.get("parameters", {}), one.get("now", NOW), one.get("try", {}),
                {name: value for name, value in one.items() if name.startswith("expect")},
            )  # fmt: skip


def read_bases(folder: Path) -> dict[str, tuple[str, dict[str, str]]]:
    """The base stories: the one each builds on ("" for none) and the values it adds, as written."""
    text = (folder / "examples" / "base.toml").read_text(encoding="utf-8")
    return {name: (one.get("from", ""), dict(one["values"])) for name, one in tomllib.loads(text)["base"].items()}


def key_of(study: StudyDef, subject: str, text: str, spot: Spot) -> ItemKey:
    """The key that FORM[#repeat].ITEM[#row]@VISIT[#repeat] names; what is left out is that of the spot."""
    match = _ADDRESS.match(text)
    assert match is not None, text
    name, repeat, oid, row, visit, visit_repeat = match.groups()
    form_repeat = int(repeat or (1 if name else spot.repeat))
    key = FormKey(subject, visit or spot.event, int(visit_repeat or 1), name or spot.form, form_repeat)
    return item_key(key, study.item(key.form, oid).group, int(row or 1), oid)


def entry_of(key: ItemKey, text: str) -> ItemEntry:
    """What is typed for a value as the cases write it: "!ND" a missing code, "126 [mg/dL]" another unit, "" nothing."""
    if text.startswith("!"):
        return ItemEntry(key, missing=text[1:], missing_reason="as the worked case says")
    number, _, unit = text.partition(" [")
    return ItemEntry(key, number, unit.rstrip("]"))
