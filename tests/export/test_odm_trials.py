"""The definitions we ship become valid ODM."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from crf_app.export.odm import write_odm
from crf_app.paths import forms_folder
from tests.export import sample
from tests.export.reading import ODM
from tests.export.test_odm import assert_sound
from tests.once import study_of

TRIALS = sorted(path.parent for path in forms_folder().glob("*/*/study.toml"))


def test_there_is_a_trial() -> None:
    assert TRIALS


@pytest.mark.parametrize("folder", TRIALS, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_the_definition_of_every_trial_is_valid(folder: Path, tmp_path: Path) -> None:
    study = study_of(folder)
    path = tmp_path / "study.xml"
    with path.open("wb") as stream:
        write_odm([], replace(sample.CONTEXT, study=study), stream)
    assert_sound(path)
    version = etree.parse(str(path)).find(f".//{ODM}MetaDataVersion")
    assert version is not None
    assert len(version.findall(f"{ODM}FormDef")) == len(study.forms)
    names = {one.get("OID") for one in version.iterfind(f"{ODM}ItemDef")}
    assert {f"I.{item.name}" for form in study.forms.values() for item in form.items} <= names
