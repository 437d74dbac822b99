"""The differences of two versions of a study as sentences, for the command line and whoever decides on an amendment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crf_app.errors import ExpectedError
from crf_app.study.definition import StudyDef
from crf_app.study.difference import AREAS, Difference, compare_studies
from crf_app.words import Words

EFFECTS = ("plans", "asks", "judges", "words")


def difference_lines(old: StudyDef, new: StudyDef, words: Words, lang: str) -> Iterator[str]:
    """A line that counts, then for each kind of part a heading and a line a difference. Raises ExpectedError "other_study"."""
    if old.oid != new.oid:
        raise ExpectedError("other_study", old=old.oid, new=new.oid)
    found = compare_studies(old, new)
    counts = Counter(one.effect for one in found)
    parts = [words.text(f"difference.count.{effect}", lang, n=counts[effect]) for effect in EFFECTS if counts[effect]]
    summary = words.text("difference.and", lang).join(parts) or words.text("difference.none", lang)
    yield words.text("difference.head", lang, study=new.oid, old=old.version, new=new.version, summary=summary)
    for area in AREAS:
        told = [one for one in found if one.area == area]
        if told:
            yield ""
            yield words.text(f"difference.area.{area}", lang)
            yield from (f"  {sentence(one, words, lang)}" for one in told)


def sentence(one: Difference, words: Words, lang: str) -> str:
    """One difference in a line: what happened to which part, from what to what, at which visits."""
    what = f"{one.place}  {one.name.get(lang)}".strip()
    where = words.text("difference.at", lang, visits=" ".join(one.visits)) if one.visits else ""
    if one.kind != "changed":
        return words.text(f"difference.{one.kind}", lang, what=what) + where
    field = words.text(f"difference.field.{one.field}", lang)
    nothing = words.text("difference.nothing", lang)
    return words.text("difference.changed", lang, what=what, field=field, old=one.old.get(lang) or nothing, new=one.new.get(lang) or nothing) + where
