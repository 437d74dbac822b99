"""Measures of the paper pages, in points (see docs/adr/0020-paper-on-the-canvas.md)."""

from __future__ import annotations

from typing import NamedTuple

MM = 72 / 25.4
PAGE_SHORT = 210 * MM
PAGE_LONG = 297 * MM
MARGIN_LEFT = 20 * MM
"""Wide enough for punch holes."""
MARGIN_RIGHT = 15 * MM
MARGIN_TOP = 12 * MM
MARGIN_BOTTOM = 10 * MM

REGULAR = "CrfRegular"
BOLD = "CrfBold"

BLACK = 0.0
SOFT = 0.2
"""The second language, units and notes; still black on a fax."""
FAINT = 0.27
RULE_GREY = 0.6
BAND_GREY = 0.925

FRAME_WIDTH = 0.7
SECTION_WIDTH = 0.5
ROW_WIDTH = 0.3
BOX_WIDTH = 0.6

NUMBER_COLUMN = 7 * MM
QUESTION_COLUMN = 63 * MM
MARK_COLUMN = 11 * MM
ROW_LEAST = 6.3 * MM
BOX = 3.2 * MM
BOX_GAP = 1.2 * MM
OPTION_GAP = 3 * MM
CELL_PAD = 1.2 * MM


class Style(NamedTuple):
    """How a run of text is set: font name, size and line height in points, grey from 0 (black) to 1."""

    font: str
    size: float
    leading: float
    grey: float = BLACK


LABEL = Style(REGULAR, 8.5, 11.0)
LABEL_SECOND = Style(REGULAR, 8.5, 11.0, SOFT)
NUMBER = Style(REGULAR, 6.5, 11.0, FAINT)
ANSWER = Style(REGULAR, 9.0, 12.0)
ANSWER_BOLD = Style(BOLD, 9.5, 12.0)
OPTION = Style(REGULAR, 8.5, 12.0)
OPTION_SECOND = Style(REGULAR, 8.5, 12.0, SOFT)
UNIT = Style(REGULAR, 8.5, 12.0, SOFT)
SMALL = Style(REGULAR, 7.0, 9.5, SOFT)
NOTE = Style(REGULAR, 7.0, 9.5)
NOTE_BOLD = Style(BOLD, 7.0, 9.5)
MARK = Style(REGULAR, 7.5, 11.0)
CODE_MARK = Style(BOLD, 6.5, 12.0)
TITLE = Style(BOLD, 14.0, 18.0)
TITLE_SECOND = Style(REGULAR, 12.0, 18.0)
CONTINUED = Style(BOLD, 9.5, 13.0)
CONTINUED_SECOND = Style(REGULAR, 9.0, 13.0)
SUBTITLE = Style(REGULAR, 7.5, 10.5, FAINT)
BAND = Style(BOLD, 8.5, 12.0)
BAND_SIDE = Style(REGULAR, 7.5, 12.0)
HEADER = Style(REGULAR, 7.5, 10.5)
HEADER_BOLD = Style(BOLD, 7.5, 10.5)
FOOTER = Style(REGULAR, 6.5, 9.0, SOFT)
PAGE_NUMBER = Style(BOLD, 8.5, 10.0)
IDENTITY_LABEL = Style(REGULAR, 6.5, 8.5, FAINT)
IDENTITY = Style(REGULAR, 9.0, 12.0)
IDENTITY_BOLD = Style(BOLD, 9.0, 12.0)
POINT = Style(BOLD, 5.0, 6.0)
SIGNED = Style(REGULAR, 7.5, 10.5)
SIGNED_BOLD = Style(BOLD, 9.5, 12.0)
HEAD = Style(BOLD, 7.5, 10.0)
HEAD_SECOND = Style(REGULAR, 7.5, 10.0)
CELL = Style(REGULAR, 8.0, 10.5)
CELL_SECOND = Style(REGULAR, 8.0, 10.5, SOFT)
CELL_BOLD = Style(BOLD, 8.5, 10.5)
COVER_KIND = Style(REGULAR, 11.0, 15.0)
COVER_TITLE = Style(BOLD, 22.0, 29.0)
COVER_TITLE_SECOND = Style(REGULAR, 14.0, 20.0)
COVER_SUBJECT = Style(BOLD, 14.0, 18.0)
