"""What a study asks: frozen dataclasses, the same for every screen, page, export and rule.

Expressions are kept as their source text here; `crf_app.study.compiled` holds the checked, executable form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from crf_app.study.chart_definition import ChartDef
from crf_app.study.landmarks import CONVENTIONS, find_landmarks
from crf_app.study.texts import EMPTY, Text
from crf_app.study.verification import VerificationPlan


class ItemType(StrEnum):
    """The kinds of value an item can hold (content of section 1.1)."""

    TEXT = "text"
    INT = "int"
    DEC = "dec"
    DATE = "date"
    PDATE = "pdate"
    TIME = "time"
    DATETIME = "datetime"
    SINGLE = "single"
    MULTI = "multi"
    PHOTO = "photo"
    FILE = "file"
    MAP = "map"
    LINK = "link"


class Severity(StrEnum):
    """How much a finding weighs (content, section 1.4)."""

    HARD = "HARD"
    SOFT = "SOFT"
    DEV = "DEV"
    STOP = "STOP"
    INFO = "INFO"


@dataclass(frozen=True, slots=True)
class Code:
    """One member of a code list. `missing`: the code counts as missing in rules. `key`: the letter that chooses it."""

    code: str
    text: Text
    key: str = ""
    short: Text = EMPTY
    missing: bool = False
    sdtm: str = ""


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list of codes in the order they are offered."""

    oid: str
    name: Text
    codes: tuple[Code, ...]

    def find(self, code: str) -> Code | None:
        """The member with that code."""
        return next((one for one in self.codes if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Limits:
    """A range check: expression sources (usually plain numbers); "" is open. Both ends are allowed values."""

    low: str
    high: str


@dataclass(frozen=True, slots=True)
class ItemDef:
    """One question of a form. See docs/definition-format.md for each key."""

    oid: str
    form: str
    group: str
    label: Text
    type: ItemType
    domain: str = ""
    length: int = 0
    digits: int = 0
    decimals: int = 0
    codelist: str = ""
    codes: tuple[Code, ...] = ()
    unit: str = ""
    units: tuple[str, ...] = ()
    test: str = ""
    required: str = "false"
    show: str = ""
    hard: Limits | None = None
    soft: Limits | None = None
    soft_message: Text = EMPTY
    tags: frozenset[str] = frozenset()
    derive: str = ""
    default: str = ""
    computed_unless_typed: bool = False
    locked_after: str = ""
    missing: bool = True
    operator: bool = False
    guide: Text = EMPTY
    hint: Text = EMPTY
    source: str = ""
    lines: int = 1
    pair: str = ""
    time_item: str = ""
    start_item: str = ""
    ongoing_item: str = ""
    links: tuple[str, ...] = ()
    switch: str = ""
    identifier: str = ""
    pattern: str = ""
    unique: bool = False
    role: str = ""
    site_list: str = ""

    @property
    def name(self) -> str:
        """FORM.ITEM, the name rules use."""
        return f"{self.form}.{self.oid}"

    @property
    def is_derived(self) -> bool:
        """Calculated; read-only unless `computed_unless_typed`."""
        return bool(self.derive)

    def code(self, code: str) -> Code | None:
        """The offered code with that name."""
        return next((one for one in self.codes if one.code == code), None)


@dataclass(frozen=True, slots=True)
class FixedRows:
    """Rows a fixed group has when `when` is true: for each row the codes of the key items."""

    when: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class GroupDef:
    """An item group. `repeating` is "no", "log" or "fixed"; `layout` "column", "table", "lab", "log" or "map"."""

    oid: str
    form: str
    name: Text
    items: tuple[ItemDef, ...]
    repeating: str = "no"
    layout: str = "column"
    rows_key: tuple[str, ...] = ()
    rows: tuple[FixedRows, ...] = ()
    opening: str = ""
    row_label: tuple[str, ...] = ()
    row_number: str = ""
    show: str = ""

    def item(self, oid: str) -> ItemDef | None:
        """The item with that OID."""
        return next((one for one in self.items if one.oid == oid), None)


@dataclass(frozen=True, slots=True)
class RangeDefault:
    """A start-up reference interval, assumed until the laboratory's own is entered. Ages in completed years; "" is open."""

    test: str
    unit: str
    sex: str
    from_age: int
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class FormDef:
    """A form of the CRF."""

    oid: str
    version: str
    name: Text
    groups: tuple[GroupDef, ...]
    domain: str = ""
    note: Text = EMPTY
    performed: str = ""
    date: str = ""
    repeat_for: str = ""
    repeat_when: str = ""
    show: str = ""
    signature: str = ""
    switch: str = ""
    ranges: tuple[RangeDefault, ...] = ()
    index: Mapping[str, ItemDef] = field(default_factory=dict, compare=False, repr=False)

    def item(self, oid: str) -> ItemDef:
        """The item with that OID; KeyError when the form has none."""
        return self.index[oid]

    def group(self, oid: str) -> GroupDef:
        """The group with that OID; KeyError when the form has none."""
        for one in self.groups:
            if one.oid == oid:
                return one
        raise KeyError(oid)

    @property
    def items(self) -> tuple[ItemDef, ...]:
        """All items in the order they are asked."""
        return tuple(item for group in self.groups for item in group.items)


@dataclass(frozen=True, slots=True)
class EventForm:
    """A form at an event. `optional`: may stay empty without a finding; `on_demand`: so does it while this expression is true."""

    form: str
    optional: bool
    on_demand: str = ""


@dataclass(frozen=True, slots=True)
class EventDef:
    """A study event (visit). Days count from the anchor; `flags` are read as event.<flag> by rules.

    `within` is empty, or two expressions: the first and the last day that another visit leaves for this one.
    """

    oid: str
    name: Text
    short: Text
    kind: str
    order: int
    forms: tuple[EventForm, ...]
    day: int | None = None
    minus: int = 0
    plus: int = 0
    show: str = ""
    after: str = ""
    flags: frozenset[str] = frozenset()
    assumed: bool = False
    within: tuple[str, ...] = ()

    def form(self, oid: str) -> EventForm | None:
        """The form's place at this event."""
        return next((one for one in self.forms if one.form == oid), None)


@dataclass(frozen=True, slots=True)
class ParameterDef:
    """A parameter or site switch of the study. `assumed`: not in the protocol text, to be confirmed at study set-up.

    `needed`: no default can be given and rules go by it, so that no subject is enrolled before the site has entered it.
    """

    oid: str
    label: Text
    type: ItemType
    value: str
    codes: tuple[Code, ...] = ()
    unit: str = ""
    assumed: bool = False
    note: Text = EMPTY
    switch: bool = False
    needed: bool = False


@dataclass(frozen=True, slots=True)
class CheckDef:
    """A cross-form check (content, section 6)."""

    id: str
    severity: Severity
    for_each: str
    when: str
    message: Text
    at: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    gate: tuple[str, ...] = ()
    propose: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    at_complete: bool = False
    even_hidden: bool = False
    follows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionDef:
    """One eligibility criterion (content, sections 3.2, 4)."""

    oid: str
    id: str
    kind: str
    klass: str
    text: Text
    condition: str
    unknown_if: str = ""
    applies: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EndpointDef:
    """A variable with one value a subject (content, section 8), computed by an expression that stands on no form."""

    oid: str
    label: Text
    type: ItemType
    derive: str
    decimals: int = 0
    unit: str = ""
    primary: bool = False
    assumed: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class SummaryDef:
    """How many subjects have Y in `count`, of those with Y in `of` ("" = all); `by` splits them by the codes of another variable."""

    oid: str
    label: Text
    count: str
    of: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class StudyDef:
    """One version of one study, complete and self-contained."""

    oid: str
    version: str
    registry_id: str
    name: Text
    title: Text
    protocol: str
    subject_pattern: str
    target_enrolment: int
    anchor: str
    first_treatment: str
    events: tuple[EventDef, ...]
    forms: Mapping[str, FormDef]
    codelists: Mapping[str, CodeList]
    checks: tuple[CheckDef, ...]
    criteria: tuple[CriterionDef, ...]
    parameters: tuple[ParameterDef, ...]
    endpoints: tuple[EndpointDef, ...] = ()
    summaries: tuple[SummaryDef, ...] = ()
    charts: tuple[ChartDef, ...] = ()
    verification: VerificationPlan = field(default_factory=VerificationPlan)
    sha256: str = ""
    landmarks: Mapping[str, ItemDef] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        found = find_landmarks({form.oid: form.items for form in self.forms.values()})
        object.__setattr__(self, "landmarks", found)

    def landmark(self, name: str) -> ItemDef | None:
        """The item that is this landmark (crf_app.study.landmarks), None for a study without."""
        return self.landmarks.get(name)

    def home(self, name: str) -> str:
        """The form on which a landmark stands; without the item, the conventional form where the study has it, else ""."""
        item, (form, _) = self.landmarks.get(name), CONVENTIONS[name]
        return item.form if item is not None else form if form in self.forms else ""

    @property
    def header_form(self) -> str:
        """The form that heads each visit: the one with its date."""
        return self.home("visit_date") or CONVENTIONS["visit_date"][0]

    @property
    def eligibility_form(self) -> str:
        """The form on which the criteria are answered and confirmed, "" for a study without."""
        return self.home("confirmed")

    def event(self, oid: str) -> EventDef:
        """The event with that OID; KeyError when there is none."""
        for one in self.events:
            if one.oid == oid:
                return one
        raise KeyError(oid)

    def item(self, form: str, oid: str) -> ItemDef:
        """The item FORM.ITEM; KeyError when there is none."""
        return self.forms[form].index[oid]

    def parameter(self, oid: str) -> ParameterDef:
        """The parameter with that OID; KeyError when there is none."""
        for one in self.parameters:
            if one.oid == oid:
                return one
        raise KeyError(oid)
