"""The addresses of captured data: one form of key for screen, store, paper and export."""

from __future__ import annotations

from typing import NamedTuple


class FormKey(NamedTuple):
    """One form at one visit of one subject. `event_repeat` counts unscheduled visits, `form_repeat` ulcers (WND), SAE reports ...; both from 1."""

    subject: str
    event: str
    event_repeat: int
    form: str
    form_repeat: int

    @property
    def visit_address(self) -> str:
        """The visit it belongs to, as locks and verifications name it: EVENT[#repeat]."""
        return _part(self.event, self.event_repeat)

    @property
    def form_address(self) -> str:
        """The whole form, as signatures name it: EVENT[#repeat]/FORM[#repeat]."""
        return f"{_part(self.event, self.event_repeat)}/{_part(self.form, self.form_repeat)}"


class ItemKey(NamedTuple):
    """The address of one value. `group` is the item group, `row` its repeat key (from 1, never re-used within the form)."""

    subject: str
    event: str
    event_repeat: int
    form: str
    form_repeat: int
    group: str
    row: int
    item: str

    @property
    def form_key(self) -> FormKey:
        """The form this value stands on."""
        return FormKey(*self[:5])

    @property
    def row_address(self) -> str:
        """The row as link values write it: EVENT[#repeat]/FORM[#repeat]/GROUP#row, for example LOG/AE/AE#3."""
        return f"{_part(self.event, self.event_repeat)}/{_part(self.form, self.form_repeat)}/{self.group}#{self.row}"

    @property
    def address(self) -> str:
        """The value as links, findings and exports write it: the row address, then /ITEM."""
        return f"{self.row_address}/{self.item}"


def _part(name: str, repeat: int) -> str:
    return name if repeat == 1 else f"{name}#{repeat}"


def item_key(form: FormKey, group: str, row: int, item: str) -> ItemKey:
    """The key of `item` in row `row` of `group` on `form`."""
    return tuple.__new__(ItemKey, (*form, group, row, item))  # as ItemKey(..) does, without going through its arguments by name


def parse_address(subject: str, address: str) -> ItemKey:
    """Read what `address` or `row_address` wrote (item is "" for a row). Raises ValueError when it is neither."""
    parts = address.split("/")
    if len(parts) not in (3, 4):
        raise ValueError(f"not an address of a value or a row: {address!r}")
    event, event_repeat = _split(parts[0])
    form, form_repeat = _split(parts[1])
    group, row = _split(parts[2])
    return ItemKey(subject, event, event_repeat, form, form_repeat, group, row, parts[3] if len(parts) == 4 else "")


def parse_form_address(subject: str, address: str) -> FormKey:
    """The form that an address of it, or of a row or value on it, names. Raises ValueError when it names none."""
    parts = address.split("/")
    if len(parts) < 2:
        raise ValueError(f"not an address of a form: {address!r}")
    return FormKey(subject, *_split(parts[0]), *_split(parts[1]))


def parse_visit_address(address: str) -> tuple[str, int]:
    """The visit and its repeat that an address begins with."""
    return _split(address.split("/", maxsplit=1)[0])


def _split(part: str) -> tuple[str, int]:
    name, mark, number = part.partition("#")
    return name, int(number) if mark else 1
