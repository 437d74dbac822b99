"""What an expression names itself."""

from __future__ import annotations

import pytest

from crf_app.study.expressions.typing import scope_of
from crf_app.study.named import named_items
from tests.clinical.small import small_study


@pytest.mark.parametrize(
    ("form", "group", "source", "names"),
    [
        ("VS", "VSD", "present(HEIGHT) and WEIGHT > HEIGHT", ["VS.HEIGHT", "VS.WEIGHT"]), ("DM", "", "", []), ("DM", "", "1 + 1", []),
        ("DM", "", "sum(CMDOSE for CM.CM where present(CMAENO))", ["CM.CMDOSE", "CM.CMAENO"]), ("DM", "", "present(first_treatment)", ["INJ.EXSTDAT"]),
    ],
)  # fmt: skip
def test_what_an_expression_names_itself(form: str, group: str, source: str, names: list[str]) -> None:
    """For people: without what shows those items or puts them in order, the day of treatment as the study says it."""
    assert [one.name for one in named_items(source, scope_of(small_study(), form, group))] == names
