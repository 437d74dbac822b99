"""The slip: what was allocated, by whom, and what was recorded as given otherwise; in both languages."""

from __future__ import annotations

import pytest

from crf_app.admin.roles import Role
from crf_app.paths import resources_folder
from crf_app.services.allocation_errors import WrongAllocation, record_wrong_allocation
from crf_app.services.allocation_slip import slip_pdf
from crf_app.services.randomisation import randomise
from crf_app.words import load_words
from tests.pdf.reading import Paper
from tests.services.randomisation.conftest import SIGNER, Trial
from tests.services.randomisation.test_randomise import code_of

WORDS = load_words(resources_folder() / "words")


@pytest.mark.parametrize(("lang", "wanted"), [
    ("en", ("Randomisation slip", "HUC-MSC i.m.", "ZQ7-0001", "2026-09-30")), ("zh", ("随机分组单", "HUC-MSC肌内注射", "ZQ7-0001")),
    ("both", ("Randomisation slip", "随机分组单", "HUC-MSC肌内注射")),
])
def test_the_slip_says_what_was_allocated(trial: Trial, lang: str, wanted: tuple[str, ...]) -> None:
    work = trial.listed().work
    assert code_of(slip_pdf, work, WORDS, trial.subject, lang) == "not_randomised"
    randomise(work, trial.subject, SIGNER)
    paper = Paper(slip_pdf(work, WORDS, trial.subject, lang))
    assert len(paper) == 1
    for text in wanted:
        assert "".join(text.split()) in paper.flat()
    assert trial.subject in paper.flat()
    assert work.database.rows("SELECT command FROM ledger_entry ORDER BY no DESC LIMIT 1") == [("print",)]


def test_the_slip_tells_of_a_wrong_allocation_and_needs_the_right_to_print(trial: Trial) -> None:
    work = trial.listed().work
    randomise(work, trial.subject, SIGNER)
    record_wrong_allocation(work, trial.subject, WrongAllocation("LA", "t", "the bags were exchanged"), SIGNER)
    assert "Lipoicacidi.v." in Paper(slip_pdf(work, WORDS, trial.subject, "en")).flat()
    assert code_of(slip_pdf, trial.be(Role.ADMINISTRATOR), WORDS, trial.subject, "en") == "no_right"
