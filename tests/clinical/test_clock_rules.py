"""What goes by the present moment through another item: computed where it is read, stored nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crf_app.clinical.casebook import make_casebook
from crf_app.clinical.evaluation import Conditions, evaluate, new_run
from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.on_asking import findings_by_clock
from crf_app.clinical.record import Visibility
from crf_app.clinical.references import ReferenceTable
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.clinical.values import Value
from crf_app.study.dependencies import CLOCK
from tests.once import rules_of
from tests.study.mini import write_study

VITALS = FormKey("001", "D0", 1, "VS", 1)
MEASURED = datetime(2026, 3, 1, 9, 0)  # noqa: DTZ001  typed times are local and naive
_CHAIN = """derive = 'AGO * 2'

[[groups.items]]
oid = "AGO"
label = { en = "Days ago", zh = "天数" }
type = "int"
derive = 'days(VSDAT, today)'

[[groups.items]]
oid = "LATER"
label = { en = "Later", zh = "以后" }
type = "int"
show = 'BMI > 4'"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> CompiledStudy:
    """A study in which BMI (of all things) reads the days since the visit."""
    folder: Path = write_study(
        tmp_path_factory.mktemp("chain"),
        {"library/forms/VS.toml": ("derive = 'D02(H = HEIGHT, W = WEIGHT)'", _CHAIN), "library/checks.toml": ("when = 'HEIGHT < WEIGHT'", "when = 'BMI > 4'")},
    )
    return rules_of(folder)


def _after(days: int) -> Conditions:
    return Conditions(MEASURED + timedelta(days=days), {}, ReferenceTable(()))




def test_what_reads_such_an_item_goes_by_the_moment_too(rules: CompiledStudy) -> None:
    assert {"VS.AGO", "VS.BMI"} == set(rules.timed)
    assert {"VS.VSDAT", CLOCK} <= {one.name for one in rules.timed["VS.BMI"]}
    assert "check:X23" in rules.by_clock
    assert not {"VS.AGO", "VS.BMI"} & set(rules.order)
    assert "VS.VSDAT" in rules.shown_by, "what decides is behind the item that is not stored"


def test_it_is_computed_where_it_is_read(rules: CompiledStudy) -> None:
    form = rules.study.forms["VS"]
    day = item_key(VITALS, form.index["VSDAT"].group, 1, "VSDAT")
    casebook = make_casebook(rules.study, "001", {day: Value(text="2026-03-01"), day._replace(item="HEIGHT", group=form.index["HEIGHT"].group): Value(text="170")})
    assert evaluate(rules, casebook, None, _after(0)).derived == ()
    for days, fires, seen in ((2, 0, Visibility.HIDDEN), (3, 1, Visibility.SHOWN)):
        run = new_run(rules, casebook, _after(days))
        assert run.read(VITALS, form.index["BMI"], 1) == 2 * days
        assert run.visibility(VITALS, form.index["LATER"], 1) is seen
        assert len([one for one in findings_by_clock(run, VITALS) if one.rule == "X23"]) == fires
