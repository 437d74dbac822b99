"""Coding of verbatim terms: the dictionary proposes, a person decides, and the codes are entered like any value (docs/adr/0060)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crf_app.admin.roles import Right
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.errors import ExpectedError
from crf_app.services.dictionaries import version_in_force
from crf_app.services.entry import EntryOutcome, ItemEntry, enter_items
from crf_app.services.workspace import Actor, Workspace
from crf_app.store.dictionary import Dictionary, FoundTerm, StoredTerm, open_dictionary
from crf_app.store.subjects import read_subjects
from crf_app.study.definition import FormDef

FORMS = {"AE": "AETERM", "MH": "MHTERM"}
"""The forms whose rows are coded, and the item with the verbatim term."""
__all__ = ["FORMS", "PARTS", "Coded", "CodingRow", "FoundTerm", "StoredTerm", "clear_code", "code_row", "coded_row", "name_of", "rows_to_code", "rows_to_code_again", "search_terms", "verbatim_key"]

PARTS = ("LLT", "LLTCD", "DECOD", "PTCD", "SOC", "SOCCD", "DICTVR")
"""The coded items by the end of their names: CDISC's AELLT, AELLTCD, AEDECOD, AEPTCD, AESOC, AESOCCD; and the dictionary's version."""


@dataclass(frozen=True, slots=True)
class Coded:
    """What a row is coded as; all "" while it is not."""

    llt: str = ""
    llt_code: str = ""
    pt: str = ""
    pt_code: str = ""
    soc: str = ""
    soc_code: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class CodingRow:
    """A row to be coded: `verbatim` as it was written, `coded` as it stands, `proposal` what the dictionary says to it.

    `change` says how the proposal differs from the code on record: "" (not coded yet), "same", "renamed", "moved" (another PT or SOC),
    "not_current", "gone". The last two have no proposal of their own unless the verbatim term matches another one exactly.
    """

    key: ItemKey
    verbatim: str
    coded: Coded
    proposal: FoundTerm | None = None
    change: str = ""


def verbatim_key(work: Workspace, form: FormKey, row: int) -> ItemKey | None:
    """The item with the verbatim term of a row of a form that is coded here; None for any other."""
    definition = work.study_at(form).forms.get(form.form)
    if definition is None or not _is_coded_form(definition):
        return None
    return item_key(form, definition.index[FORMS[form.form]].group, row, FORMS[form.form])


def _is_coded_form(form: FormDef) -> bool:
    return form.oid in FORMS and all(f"{form.oid}{part}" in form.index for part in PARTS)


def search_terms(work: Workspace, text: str, most: int = 20) -> tuple[FoundTerm, ...]:
    """Terms of the version in force like a text (or with that code), the likeliest first. Raises ExpectedError "no_right", "no_dictionary"."""
    work.need(Right.READ)
    with open_dictionary(work.folder, work.database.data_key, _need_version(work)) as dictionary:
        return dictionary.search(text, most)


def _need_version(work: Workspace) -> str:
    version = version_in_force(work)
    if not version:
        raise ExpectedError("no_dictionary", version="-")
    return version


def coded_row(work: Workspace, verbatim: ItemKey) -> CodingRow:
    """A row as it stands, without a proposal. Raises ExpectedError "no_right", "no_subject"."""
    work.need(Right.READ)
    casebook = work.casebook(verbatim.subject)
    codes = (casebook.value(verbatim._replace(item=f"{verbatim.form}{part}")).text for part in PARTS)
    return CodingRow(verbatim, casebook.value(verbatim).text, Coded(*codes))


def code_row(work: Workspace, verbatim: ItemKey, llt_code: str, *, reason: str = "", actor: Actor | None = None) -> EntryOutcome:
    """Code a row with a current LLT of the version in force: all its coded items in one command, as `enter_items` stores any value.

    Names are kept in English where the English release is loaded, else in Chinese. Raises ExpectedError "no_dictionary", "no_term", "no_row"
    and those of `enter_items`.
    """
    version = _need_version(work)
    row = coded_row(work, verbatim)
    if not row.verbatim:
        raise ExpectedError("no_row")
    with open_dictionary(work.folder, work.database.data_key, version) as dictionary:
        found = dictionary.llt(llt_code)
    if found is None or not found.llt.current:
        raise ExpectedError("no_term", term=llt_code, version=version)
    texts = (name_of(found.llt), found.llt.code, name_of(found.pt), found.pt.code, name_of(found.soc), found.soc.code, version)
    return _enter(work, verbatim, texts, reason, actor)


def clear_code(work: Workspace, verbatim: ItemKey, *, reason: str = "", actor: Actor | None = None) -> EntryOutcome:
    """Take a row's code away. Raises the errors of `enter_items`."""
    return _enter(work, verbatim, ("",) * len(PARTS), reason, actor)


def _enter(work: Workspace, verbatim: ItemKey, texts: tuple[str, ...], reason: str, actor: Actor | None) -> EntryOutcome:
    entries = [
        ItemEntry(verbatim._replace(item=f"{verbatim.form}{part}"), text, source="copied") for part, text in zip(PARTS, texts, strict=True)
    ]
    return enter_items(work, entries, reason=reason, actor=actor)


def name_of(term: StoredTerm) -> str:
    """The name that is kept on record."""
    return term.en or term.zh


def rows_to_code(work: Workspace) -> tuple[CodingRow, ...]:
    """Rows of all subjects that have no code; the proposal is the one current term that reads exactly like the verbatim one, else None.

    Nothing is stored: every proposal is shown for confirmation. Raises ExpectedError "no_right", "no_dictionary".
    """
    work.need(Right.READ)
    with open_dictionary(work.folder, work.database.data_key, _need_version(work)) as dictionary:
        return tuple(CodingRow(one.key, one.verbatim, one.coded, _only_exact(dictionary, one.verbatim)) for one in _rows(work) if not one.coded.llt_code)


def rows_to_code_again(work: Workspace) -> tuple[CodingRow, ...]:
    """Rows coded in another version than the one in force, each with what became of its term. Raises ExpectedError "no_right", "no_dictionary"."""
    work.need(Right.READ)
    version = _need_version(work)
    with open_dictionary(work.folder, work.database.data_key, version) as dictionary:
        return tuple(_compared(dictionary, one) for one in _rows(work) if one.coded.llt_code and one.coded.version != version)


def _compared(dictionary: Dictionary, row: CodingRow) -> CodingRow:
    found = dictionary.llt(row.coded.llt_code)
    if found is None or not found.llt.current:
        return CodingRow(row.key, row.verbatim, row.coded, _only_exact(dictionary, row.verbatim), "gone" if found is None else "not_current")
    codes = (found.pt.code, found.soc.code) == (row.coded.pt_code, row.coded.soc_code)
    names = (name_of(found.llt), name_of(found.pt), name_of(found.soc)) == (row.coded.llt, row.coded.pt, row.coded.soc)
    return CodingRow(row.key, row.verbatim, row.coded, found, "moved" if not codes else "same" if names else "renamed")


def _only_exact(dictionary: Dictionary, text: str) -> FoundTerm | None:
    found = dictionary.exact(text)
    return found[0] if len(found) == 1 else None


def _rows(work: Workspace) -> Iterator[CodingRow]:
    for subject in read_subjects(work.database):
        casebook = work.casebook(subject.number)
        for name in FORMS:
            for form in casebook.instances(name):
                first = verbatim_key(work, form, 1)
                for row in casebook.rows(form, first.group) if first is not None else ():
                    found = coded_row(work, first._replace(row=row)) if first is not None else None
                    if found is not None and found.verbatim:
                        yield found
