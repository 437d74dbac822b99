"""What a person sees and hears of a widget: every text that is really painted, and every name a screen reader speaks."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from PySide6.QtCore import QBuffer, QEvent, QIODevice
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

_TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")
_WORD = re.compile(r"[A-Za-zµ]{2,}")
_HAN = re.compile(r"[\u2e80-\u9fff\uff01-\uff5e]+")

_SWITCH = frozenset(("中文", "简体中文", "斤"))
"""Chinese that stands on English screens: the switch of languages, and a unit that has no other sign."""

_KEYS_AND_FILES = "Ctrl Alt Esc Enter Tab Del Shift PgUp PgDn PDF ODM CSV ASCII EN English"
_JUDGEMENTS = "ND UK NA UN NCS CS II III IV NYHA Wagner VAS TSS TCSS CTCAE MedDRA AE SAE"
_TESTS = """
    HIV EB EBV GLP QT PT TT GGT ALT AST ALP CK LDH HBsAg HBV HCV HbA INR APTT DNA RNA TPPA TRUST RPR IgM IgG VCA CA PSA AFP CEA CYFRA NSE SCC
    hCG CD ECG QTc QTcF QRS PR RR ABI TBI MRI CT MMT BUN MDRD IDMS eGFR Bazett Fridericia Cockcroft Gault
"""
_UNITS = "mmol µmol umol nmol pmol mol mg µg ng pg kg cm mm mL µL dL fL mmHg min IU bpm ms cells GBK Hg DDU FEU"
_TRIAL = "HUCMSC UCMSC DPN SCR NCT HCBMNC DF NJ"
ALLOWED = frozenset(f"{_KEYS_AND_FILES} {_JUDGEMENTS} {_TESTS} {_UNITS} {_TRIAL}".split())
"""Latin words that may stand on a Chinese screen: they have no other name there, or are what is typed."""


def painted(widget: QWidget) -> tuple[str, ...]:
    """The texts drawn when the widget and all in it are painted, in that order."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(widget.size())
    widget.render(drawing)
    return tuple(html.unescape(text).strip() for text in _TEXT.findall(bytes(buffer.data().data()).decode()))


def spoken(widget: QWidget) -> Iterator[str]:
    """Accessible names and descriptions, tooltips, placeholders and the options of lists, of all that is visible."""
    for one in (widget, *widget.findChildren(QWidget)):
        if one.isVisible():
            yield from (one.accessibleName(), one.accessibleDescription(), one.toolTip())
            if isinstance(one, QLineEdit):
                yield one.placeholderText()
            if isinstance(one, QComboBox):
                yield from (one.itemText(number) for number in range(one.count()))


def foreign(widget: QWidget, lang: str, given: Iterable[str] = ()) -> dict[str, str]:
    """What does not belong on a screen in that language, by the text it stands in.

    In Chinese Latin words of two letters and more that are not allowed; in English Chinese characters and punctuation.
    `given` are data, not words of the program: names of people, of folders, what was typed.
    """
    names = sorted(filter(None, given), key=len, reverse=True)
    pattern, allowed = (_WORD, ALLOWED) if lang == "zh" else (_HAN, _SWITCH)
    found: dict[str, str] = {}
    for text in (*painted(widget), *spoken(widget)):
        rest = text
        for name in names:
            rest = rest.replace(name, "")
        words = [word for word in pattern.findall(rest) if word not in allowed]
        if words:
            found[text] = " ".join(words)
    return found
