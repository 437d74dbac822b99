"""No Python was needed: nothing of the program names anything of this trial, and the names it does look for are stated conventions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crf_app.clinical.allocation import CONCEALED_PARAMETERS
from crf_app.paths import forms_folder
from crf_app.study.landmarks import CONVENTIONS
from tests.once import study_of
from tests.services.fourth_trial.conftest import FOLDER

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / "crf_app"
STUDY = study_of(FOLDER)
OWN_FORMS = {path.stem for path in (FOLDER / "forms").glob("*.toml")}
SHIPPED = tuple(study_of(path.parent) for path in sorted(forms_folder().glob("*/*/study.toml")))


def own_names() -> set[str]:
    """What this trial alone is called: study, visits, forms, items, code lists, checks, criteria, parameters, endpoints no shipped study has."""
    named = {STUDY.oid, *OWN_FORMS, *(one.oid for one in STUDY.events)}
    named |= {item.oid for form in OWN_FORMS for item in STUDY.forms[form].items} | {one.oid for one in STUDY.endpoints} | {one.oid for one in STUDY.criteria}
    named |= {one.id for one in STUDY.checks} | {one.oid for one in STUDY.parameters} | {*STUDY.codelists}
    shared = set(CONCEALED_PARAMETERS) | {"allocation_method", "allocation_ratio", "strata"}
    for study in SHIPPED:
        shared |= {*study.codelists, *(one.oid for one in study.events), *(one.id for one in study.checks), *(one.oid for one in study.parameters)}
        shared |= {one.oid for one in study.endpoints} | {item.oid for form in study.forms.values() for item in form.items}
    return named - shared


def texts(path: Path) -> Iterator[str]:
    """Every text and name in a module; sentences of documentation too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def mentions(names: set[str], path: Path) -> set[str]:
    """Those of the names that stand in a module as a word."""
    return {word for text in texts(path) for word in re.findall(r"[A-Za-z_][A-Za-z0-9_-]*", text)} & names


def test_the_program_knows_nothing_of_this_trial() -> None:
    names = own_names()
    assert {"SEASVAX", "VAX", "DIA", "IMM", "ENR", "ALC", "VAXDAT", "ALCGRP", "ENRCONF", "V-KIT", "V_I01", "SEROCONV", "protective_titre"} <= names
    found = {path.relative_to(ROOT).as_posix(): hits for path in PROGRAM.rglob("*.py") if (hits := mentions(names, path))}
    assert found == {}


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """A module that names a form or an item of the trial is seen."""
    for line in ('FORM = "VAX"', 'value = form["ALCGRP"]', '"""As ENRCONF says."""', 'name = "VAX.VAXDAT@V1"'):
        path = tmp_path / "module.py"
        path.write_text(line + "\n", encoding="utf-8")
        assert mentions(own_names(), path), line


@pytest.mark.parametrize("name", [one for one in CONVENTIONS if one not in ("extension", "allocation_stratum")])
def test_every_landmark_is_found(name: str) -> None:
    """By its tag on a form of this trial, or under its conventional name on a form of the library."""
    item = STUDY.landmark(name)
    assert item is not None
    tagged = name in item.tags
    assert tagged or (item.form, item.oid) == CONVENTIONS[name]
    assert tagged or item.form not in OWN_FORMS


def test_landmarks_are_looked_up_nowhere_by_name() -> None:
    """Outside the table of landmarks and the demonstrations of single trials, no module names the items of a landmark."""
    names = {oid for _, oid in CONVENTIONS.values()} - {"SEX", "EXT24"}  # SEX is also the name of a function's input
    allowed = {"crf_app/study/landmarks.py"}
    paths = [path for path in PROGRAM.rglob("*.py") if "services/demo" not in path.as_posix() and path.relative_to(ROOT).as_posix() not in allowed]
    found = {path.relative_to(ROOT).as_posix(): hits for path in paths if (hits := mentions(names, path))}
    assert found == {}
