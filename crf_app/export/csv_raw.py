"""Raw CSV: a file per form and per repeating group, byte for byte what is stored, with a dictionary of every column.

Made for statistics programs. A format for people, with labels and protection from formulas, is another one
(docs/exports.md); manifest.json says which was used.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from operator import attrgetter
from pathlib import Path

from crf_app import __version__
from crf_app.clinical.record import EventRecord, FormRecord, OutputContext, SubjectRecord
from crf_app.clinical.values import BLANK, Value
from crf_app.errors import ExpectedError
from crf_app.export import csv_layout as layout
from crf_app.export.collected import form_counts, left_out, says_something
from crf_app.export.csv_layout import Table
from crf_app.export.csv_rows import change_row, form_row, remaining_row, value_cells, visit_row
from crf_app.export.csv_versions import merged_study
from crf_app.words import LANGUAGES, Words

FORMAT = "raw"
BYTE_ORDER_MARK = "\ufeff"
"""Written by hand: the codec utf-8-sig is several times slower than utf-8."""
README = ("title", "synthetic", "made", "raw", "files", "identified")


def write_csv(
    subjects: Iterable[SubjectRecord], context: OutputContext, folder: Path, words: Words
) -> tuple[Path, ...]:
    """Write the subjects into `folder` (new or empty) and return its files in the order of their names.

    UTF-8 with byte order mark, comma, CRLF, quotes where needed (RFC 4180). Everything is made beside `folder` and put
    in place at the end, so a failed export leaves nothing. Raises ExpectedError (export_folder_used, export_definition,
    export_text) and OSError (disk full, no permission).
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExpectedError("export_folder_used", folder=str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        with ExitStack() as stack:
            writer = _Writer(_Sheets(making, stack), context)
            for subject in subjects:
                writer.add(subject)
        _write_readme(making, context, words)
        _write_manifest(making, context, writer.sheets.rows)
        if folder.exists():
            folder.rmdir()
        making.rename(folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return tuple(sorted(folder.iterdir()))


class _Sheets:
    """All files open at once, as one pass over the subjects fills them side by side."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.rows: dict[str, int] = {}
        self._folder = folder
        self._stack = stack
        self._write: dict[str, Callable[[Sequence[str]], object]] = {}

    def open(self, name: str, header: Sequence[str]) -> None:
        """Begin a file with its first line."""
        path = self._folder / name
        stream = self._stack.enter_context(path.open("w", encoding="utf-8", newline=""))
        stream.write(BYTE_ORDER_MARK)
        self._write[name] = csv.writer(stream).writerow
        self._write[name](header)
        self.rows[name] = 0

    def add(self, name: str, cells: Sequence[str], where: str = "") -> None:
        """Add a line; `where` says in a message whose it is."""
        try:
            self._write[name](cells)
        except UnicodeEncodeError:
            raise ExpectedError("export_text", where=where or name) from None
        self.rows[name] += 1


class _Writer:
    """Puts each part of a subject into its file."""

    def __init__(self, sheets: _Sheets, context: OutputContext) -> None:
        self.sheets = sheets
        self._context = context
        self._tables: defaultdict[str, list[Table]] = defaultdict(list)
        self._cells: dict[str, list[tuple[str, Callable[[Value], str]]]] = {}
        self._parts: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._study = merged_study(context.studies)
        self._placed: set[tuple[str, str, str]] = set()
        for table in layout.tables(self._study):
            self._tables[table.form].append(table)
            sheets.open(table.file, table.header)
            self._cells[table.file] = [(one.item.oid, _reader(one.part)) for one in table.columns]
            for column in table.columns:
                self._parts[table.form, column.item.oid].add(column.part)
                self._placed.update((table.form, group, column.item.oid) for group in table.groups)
        self._open_common()

    def _open_common(self) -> None:
        headers = {
            "subjects.csv": layout.SUBJECTS, "visits.csv": layout.VISITS, "forms.csv": layout.FORMS,
            "changes.csv": layout.CHANGES, "remaining.csv": layout.REMAINING, "items.csv": layout.ITEMS,
            "codelists.csv": layout.CODELISTS,
        }  # fmt: skip
        for name, header in headers.items():
            self.sheets.open(name, header)
        for cells in layout.item_rows(self._study, self._context.studies):
            self.sheets.add("items.csv", cells)
        for cells in layout.codelist_rows(self._study):
            self.sheets.add("codelists.csv", cells)

    def add(self, subject: SubjectRecord) -> None:
        """Write one subject. Raises ExpectedError (export_definition) for an item the study does not define."""
        self.sheets.add("subjects.csv", (subject.subject, self._context.site_code, subject.state), subject.subject)
        for event in subject.events:
            self.sheets.add("visits.csv", visit_row(subject.subject, event), subject.subject)
            for form in event.forms:
                self.sheets.add("forms.csv", form_row(form, self._context.study.version), subject.subject)
                self._add_values(event, form)
                self._add_rest(form)

    def _add_values(self, event: EventRecord, form: FormRecord) -> None:
        if not form_counts(form):
            return
        for table in self._tables[form.key.form]:
            for row, values in _rows(form, table).items():
                key = form.key
                cells = [
                    key.subject,
                    key.event,
                    str(key.event_repeat),
                    str(key.form_repeat),
                    str(row),
                    event.visit_date,
                ]
                cells += [read(values.get(oid, BLANK)) for oid, read in self._cells[table.file]]
                self.sheets.add(table.file, cells, f"{key.subject} {key.event}/{key.form}")

    def _add_rest(self, form: FormRecord) -> None:
        for key, value in form.left:
            self.sheets.add("remaining.csv", remaining_row(key, value, "not_in_version"), f"{key.subject} {key.address}")
        for group in form.groups:
            for row in group.rows:
                for item in row.items:
                    parts = self._parts.get((item.key.form, item.item.oid))
                    where = f"{item.key.subject} {item.key.address}"
                    if parts is None:
                        raise ExpectedError("export_definition", where=where, study=self._context.study.oid)
                    for change in item.changes:
                        self.sheets.add("changes.csv", change_row(change), where)
                    if says_something(item):
                        elsewhere = "" if (form.key.form, group.group.oid, item.item.oid) in self._placed else "no_column"
                        why = left_out(form, group, row, item) or elsewhere or _without_column(item.value, parts)
                        if why:
                            self.sheets.add("remaining.csv", remaining_row(item.key, item.value, why), where)


def _reader(part: str) -> Callable[[Value], str]:
    """What reads a column's part from a value."""
    return attrgetter("text" if part == layout.VALUE else part)


def _rows(form: FormRecord, table: Table) -> dict[int, dict[str, Value]]:
    """The collected values of one form that belong into `table`, by row and item; a row without values is a row too."""
    rows: dict[int, dict[str, Value]] = {}
    for group in form.groups:
        if group.group.oid not in table.groups:
            continue
        for row in group.rows:
            if not row.deleted:
                number = row.number if group.group.repeating != "no" else 1
                kept = {item.item.oid: item.value for item in row.items if not left_out(form, group, row, item)}
                if kept:
                    rows.setdefault(number, {}).update(kept)
    return rows


def _without_column(value: Value, parts: set[str]) -> str:
    """Does the value hold something its definition gives no column? Then all of it is repeated in remaining.csv."""
    cells = zip(layout.VALUE_FIELDS[1:], value_cells(value)[1:], strict=True)
    return "no_column" if any(cell and name not in parts for name, cell in cells) else ""


def _write_readme(folder: Path, context: OutputContext, words: Words) -> None:
    known = {
        "study": context.study.oid, "version": context.study.version,
        "site": f"{context.site_code} {context.site_name.get('both')}", "when": context.produced_at.isoformat(),
        "who": context.produced_by.get("both"), "state": context.data_state.isoformat(),
        "no": context.ledger_no, "hash": context.ledger_hash,
    }  # fmt: skip
    names = [name for name in README if context.synthetic or name != "synthetic"]
    lines = [words.text(f"export.readme_{name}", lang, **known) for lang in LANGUAGES for name in names]
    (folder / "readme.txt").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig", newline="")


def _write_manifest(folder: Path, context: OutputContext, rows: Mapping[str, int]) -> None:
    """The list of files with their hashes, and what the export is of."""
    files = [
        {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "rows": rows.get(path.name)}
        for path in sorted(folder.iterdir())
    ]
    manifest = {
        "format": FORMAT, "deidentified": False, "synthetic": context.synthetic,
        "encoding": "utf-8-sig", "delimiter": ",", "line_end": "CRLF",
        "study": context.study.oid, "study_version": context.study.version, "definition_sha256": context.study.sha256,
        "study_versions": {one.version: one.sha256 for one in context.studies},
        "site": context.site_code, "produced_at": context.produced_at.isoformat(),
        "produced_by": {"en": context.produced_by.en, "zh": context.produced_by.zh},
        "data_state": context.data_state.isoformat(),
        "ledger": {"entry": context.ledger_no, "hash": context.ledger_hash},
        "parameters": dict(sorted(context.parameters.items())),
        "program": f"crf-app {__version__}", "files": files,
    }  # fmt: skip
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8", newline="")
