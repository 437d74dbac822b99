from __future__ import annotations

import io
from random import Random

import pytest
from PIL import Image, ImageChops

from crf_app.services.demo.figures import PANELS, Wound, make_person, panel, vital_signs, wound_on
from crf_app.services.demo.photographs import wound_photograph
from crf_app.study.definition import FormDef, StudyDef

SEEDS = range(40)


def seeded(seed: int) -> Random:
    """The generator of a story."""
    return Random(seed)  # noqa: S311  invented data


def intervals(form: FormDef, sex: str) -> dict[str, tuple[float, float]]:
    """The start-up intervals of a form for one sex, the widest over all ages."""
    found: dict[str, tuple[float, float]] = {}
    for one in form.ranges:
        if one.sex in (sex, "ALL"):
            low, high = float(one.low or 0), float(one.high or 1e9)
            before = found.get(one.test, (low, high))
            found[one.test] = (min(low, before[0]), max(high, before[1]))
    return found


@pytest.mark.parametrize("form", [one for one in PANELS if one not in ("LBGLU", "LBA1C")])
def test_results_lie_inside_the_start_up_intervals(trial: StudyDef, form: str) -> None:
    for seed in SEEDS:
        random = seeded(seed)
        person = make_person(random, 2026)
        wanted = intervals(trial.forms[form], person.sex)
        for oid, text in panel(person, form, random).items():
            low, high = wanted[oid.removesuffix("_LBORRES")]
            assert low <= float(text) <= high, (seed, oid, text)


def test_a_blood_count_adds_up() -> None:
    for seed in SEEDS:
        random = seeded(seed)
        found = {oid: float(text) for oid, text in panel(make_person(random, 2026), "LBHEM", random).items()}
        neutrophils = found["WBC_LBORRES"] * found["NEUTLE_LBORRES"] / 100
        parts = neutrophils + sum(found[f"{name}_LBORRES"] for name in ("LYM", "MONO", "EOS", "BASO"))
        assert parts == pytest.approx(found["WBC_LBORRES"], rel=0.05)
        assert found["HGB_LBORRES"] * 3 == pytest.approx(found["HCT_LBORRES"] * 1000, rel=0.2)


def test_vital_signs_are_usual(trial: StudyDef) -> None:
    for seed in SEEDS:
        random = seeded(seed)
        for name, text in vital_signs(make_person(random, 2026), random, 2, "09:00").items():
            item = trial.forms["VS"].index[name.partition("#")[0]]
            if item.soft is not None and item.soft.low:
                assert float(item.soft.low) <= float(text) <= float(item.soft.high), (name, text)


def test_a_young_woman_is_one() -> None:
    person = make_person(seeded(1), 2026, young=True)
    assert person.sex == "F"
    assert person.birth.startswith("1982")


@pytest.mark.parametrize("healing_day", [None, 40])
def test_a_wound_shrinks_and_closes_on_its_day(healing_day: int | None) -> None:
    found = [wound_on(7.0, day, healing_day=healing_day, weekly=0.93, random=seeded(day)) for day in range(0, 85, 7)]
    areas = [one.area for one in found]
    assert areas[0] == pytest.approx(7.0, rel=0.05)
    assert areas[-1] < areas[0]
    assert [one.healed for one in found] == [healing_day is not None and day >= healing_day for day in range(0, 85, 7)]
    for one in found:
        assert one.length >= one.width
        assert one.area <= 1.05 * one.length * one.width


@pytest.mark.parametrize("wound", [Wound(9.0, 4.0, 3.0, 0.5, 60), Wound(0.0, 0.0, 0.0, 0.0, 0)])
def test_a_photograph_is_a_picture_and_the_same_for_the_same_seed(wound: Wound) -> None:
    content = wound_photograph(wound, "01-001", "W4", seeded(3))
    assert content == wound_photograph(wound, "01-001", "W4", seeded(3))
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.format == "JPEG"
        red, green, blue = (band.point(lambda level, limit=limit: 255 * (level > limit)) for band, limit in zip(picture.split(), (140, 90, 90), strict=True))
        reddish = ImageChops.subtract(ImageChops.subtract(red, green), blue).histogram()[255]
    assert (reddish > 5_000) == (not wound.healed)
