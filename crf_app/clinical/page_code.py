"""What the code on a printed page of a form says, so that a scan of the page finds its form again (docs/adr/0076)."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, unquote

from crf_app.clinical.keys import FormKey

_START = "CRF1"
_PARTS = 9
_WORKSPACE_SHOWN = 8
_SEPARATOR = ":"


class PageCode(NamedTuple):
    """Workspace (the first 8 figures of its id, capital letters), form (subject "" on blank paper), version of the form, page of how many."""

    workspace: str
    form: FormKey
    version: str
    page: int
    pages: int

    @property
    def text(self) -> str:
        """The text of the code: `CRF1:workspace:subject:event:n:form:n:version:page/pages`, parts percent-encoded where they hold more than names do."""
        form = self.form
        parts = (self.workspace, form.subject, form.event, form.event_repeat, form.form, form.form_repeat, self.version, f"{self.page}/{self.pages}")
        return _SEPARATOR.join((_START, *(quote(str(part), safe="/ $*+") for part in parts)))


def workspace_mark(workspace: str) -> str:
    """The beginning of a workspace's id, as page codes say it."""
    return workspace[:_WORKSPACE_SHOWN].upper()


def parse_page_code(text: str) -> PageCode | None:
    """What a code says; None for any other code on the page."""
    parts = text.split(_SEPARATOR)
    if len(parts) != _PARTS or parts[0] != _START:
        return None
    workspace, subject, event, event_repeat, form, form_repeat, version, place = (unquote(part) for part in parts[1:])
    page, mark, pages = place.partition("/")
    numbers = (event_repeat, form_repeat, page, pages)
    if not mark or not event or not form or not all(one.isascii() and one.isdecimal() and len(one) < 6 for one in numbers):
        return None
    if not 1 <= int(page) <= int(pages) or not int(event_repeat) or not int(form_repeat):
        return None
    return PageCode(workspace, FormKey(subject, event, int(event_repeat), form, int(form_repeat)), version, int(page), int(pages))
