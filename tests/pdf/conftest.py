"""One rendering of the sample casebook for the tests that only read it."""

from __future__ import annotations

import pytest

from crf_app.paths import resources_folder
from crf_app.pdf.casebook import render_casebook
from crf_app.words import Words, load_words
from tests.pdf import sample
from tests.pdf.reading import Paper


@pytest.fixture(scope="session")
def words() -> Words:
    return load_words(resources_folder() / "words")


@pytest.fixture(scope="session")
def casebook(words: Words) -> Paper:
    content = render_casebook(
        sample.subject_record(), sample.CONTEXT, words, "both", file_names={sample.PHOTO: "W4_20260317.jpg"}
    )
    return Paper(content)
