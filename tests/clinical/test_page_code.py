"""What a page code says comes back; any other code on a page is none of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crf_app.clinical.keys import FormKey
from crf_app.clinical.page_code import PageCode, parse_page_code, workspace_mark

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
FEW = st.integers(1, 9999)


@given(NAMES, NAMES | st.just(""), NAMES, FEW, NAMES, FEW, NAMES, st.integers(1, 40))
def test_a_code_says_what_was_put_in(mark: str, subject: str, event: str, repeat: int, form: str, number: int, version: str, page: int) -> None:
    code = PageCode(mark, FormKey(subject, event, repeat, form, number), version, page, 40)
    assert parse_page_code(code.text) == code


def test_usual_codes_are_short_capitals() -> None:
    code = PageCode(workspace_mark("0af31234bead"), FormKey("001-003", "V12", 1, "LBCHEM", 2), "1.0", 2, 3)
    assert code.text == "CRF1:0AF31234:001-003:V12:1:LBCHEM:2:1.0:2/3"
    assert set(code.text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"), "the dense alphanumeric mode of QR"


@pytest.mark.parametrize(
    "text",
    [
        "", "https:" + "//somewhere", "CRF1:a:b:c:1:d:1:1:1", "CRF1:a:b:c:1:d:1:1:3/2", "CRF1:a:b:c:0:d:1:1:1/2", "CRF1:a:b:c:x:d:1:1:1/2", "CRF1:a:b::1:d:1:1:1/2",
        "CRF2:a:b:c:1:d:1:1:1/2", "CRF1:a:b:c:1:d:1:1:1/2:more", "CRF1:a:b:c:1000000:d:1:1:1/2", "CRF1:a:b:c:1:d:1:1:0/2",
    ],
)  # fmt: skip
def test_other_codes_are_none(text: str) -> None:
    assert parse_page_code(text) is None
