"""What every part of a document needs at hand: words, language, typesetter, and names of rows and files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import count

from crf_app.clinical.record import EventRecord, FormRecord, OutputContext, SubjectRecord
from crf_app.pdf.blocks import Strip
from crf_app.pdf.choices import ChoiceLayout
from crf_app.pdf.styles import SOFT, Style
from crf_app.pdf.typeset import Line, Span, Typesetter, styled
from crf_app.study.definition import ItemDef
from crf_app.study.texts import Text
from crf_app.words import Words

_REGION_LISTS = frozenset({"LAT", "FOOTREG", "LEGREG"})


@dataclass
class Desk:
    """One rendering at work. `lang` is "en", "zh" or "both" (the second language beside the first)."""

    context: OutputContext
    words: Words
    lang: str
    subject: SubjectRecord | None = None
    file_names: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, bytes] | None = None
    blank: bool = False
    annotated: bool = False
    """Show the names of items, groups and code lists beside the questions."""
    typesetter: Typesetter = field(default_factory=Typesetter)
    choice_layouts: dict[tuple[int, float, str], ChoiceLayout] = field(default_factory=dict)
    questions: dict[int, tuple[Strip, ...]] = field(default_factory=dict)
    numbers: dict[int, tuple[Strip, ...]] = field(default_factory=dict)
    texts: dict[tuple[object, ...], tuple[Line, ...]] = field(default_factory=dict)
    kept: list[ItemDef] = field(default_factory=list)
    """Items whose identity is a key of a cache: kept so that no other item can take it over."""
    _targets: Iterator[int] = field(default_factory=lambda: count(1))

    def target(self, kind: str) -> str:
        """A new name for a place that bookmarks and links lead to."""
        return f"{kind}-{next(self._targets)}"

    def say(self, key: str, /, **parameters: object) -> str:
        """The sentence `pdf.<key>` in the language of the document."""
        return self.words.text(f"pdf.{key}", self.lang, **parameters)

    def say_both(self, key: str, /, **parameters: object) -> str:
        """The sentence `pdf.<key>` in both languages, whatever the document's."""
        return self.words.text(f"pdf.{key}", "both", **parameters)

    def named(self, key: str, fallback: str) -> str:
        """The word `pdf.<key>` when there is one, else `fallback` as it stands."""
        return self.say(key) if self.words.has(f"pdf.{key}") else fallback

    def map_word(self, code: str) -> str:
        """A side, drawing or region of the limb maps in the words of the study, else of the screen, else the code."""
        for codelist in (one for study in reversed(self.context.studies) for one in study.codelists.values()):
            found = codelist.find(code) if codelist.oid in _REGION_LISTS else None
            if found is not None:
                return found.text.get(self.lang)
        key = f"ui_kit.map.{code}"
        return self.words.text(key, self.lang) if self.words.has(key) else code

    def spans(self, text: Text, style: Style, second: Style | None = None) -> tuple[Span, ...]:
        """A text in the language of the document; the second language in `second`."""
        if self.lang != "both" or text.en == text.zh:
            return (styled(text.zh if self.lang == "zh" else text.en, style),)
        return (styled(text.en, style), styled(f" {text.zh}", second or style._replace(grey=SOFT)))

    def said(self, key: str, style: Style, second: Style | None = None) -> tuple[Span, ...]:
        """The sentence `pdf.<key>` as spans."""
        return self.spans(self.both(key), style, second)

    def both(self, key: str) -> Text:
        """The sentence `pdf.<key>` in each language."""
        return Text(*(self.words.text(f"pdf.{key}", lang) for lang in ("en", "zh")))

    def wrap(self, spans: Sequence[Span], width: float) -> tuple[Line, ...]:
        """The lines of `spans` in a column of that width."""
        return self.typesetter.wrap(spans, width)

    def wrap_text(
        self, text: Text, style: Style, width: float, second: Style | None = None, tail: Sequence[Span] = (), more: int = 0
    ) -> tuple[Line, ...]:
        """A text broken to a column, `tail` behind it. The second language begins a line of its own where that costs at
        most `more` lines.
        """
        key = (text, style, width, second, tuple(tail), more)
        found = self.texts.get(key)
        if found is None:
            found = self._wrapped(text, style, width, second, tail, more)
            # What no font has is reported on each form anew: such lines are not remembered here.
            if not any(piece.framed for line in found for piece in line.pieces):
                self.texts[key] = found
        return found

    def _wrapped(
        self, text: Text, style: Style, width: float, second: Style | None, tail: Sequence[Span], more: int
    ) -> tuple[Line, ...]:
        spans = self.spans(text, style, second)
        lines = self.wrap((*spans, *tail), width)
        if len(spans) == 1 or len(lines) == 1:
            return lines
        after = spans[1]._replace(text=spans[1].text.lstrip())
        parted = self.wrap(spans[:1], width) + self.wrap((after, *tail), width)
        return parted if len(parted) <= len(lines) + more else lines

    def line(self, spans: Sequence[Span]) -> Line:
        """`spans` on one line."""
        return self.typesetter.line(spans)

    def row_name(self, address: str) -> str:
        """What a link points to as people call it: form and row label; the address itself when the row is not there."""
        name = self._rows.get("/".join(address.split("/")[:3]))
        return name.get(self.lang) if name is not None else address

    @cached_property
    def _rows(self) -> dict[str, Text]:
        if self.subject is None:
            return {}
        return dict(pair for event in self.subject.events for form in event.forms for pair in _row_names(event, form))


def _row_names(event: EventRecord, form: FormRecord) -> list[tuple[str, Text]]:
    names = []
    for group in form.groups:
        for row in group.rows:
            if not row.items:
                continue
            title = form.form.name if event.event.kind == "log" else _joined(event.event.short, form.form.name)
            names.append((row.items[0].key.row_address, _joined(title, row.label)))
    return names


def _joined(first: Text, second: Text) -> Text:
    return Text(f"{first.en} {second.en}".strip(), f"{first.zh} {second.zh}".strip())


def moment(when: datetime) -> str:
    """A moment with seconds and zone: 2026-03-18 16:04:37 +08:00."""
    zone = when.strftime("%z")
    return f"{when:%Y-%m-%d %H:%M:%S}" + (f" {zone[:3]}:{zone[3:5]}" if zone else "")
