"""Reading a table from a file: the file is opened here, its content in a child process with limits of time, memory and size."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crf_app.errors import ExpectedError
from crf_app.imports.sheet import MOST_BYTES, CellFault, Sheet, SheetRow
from crf_app.paths import own_command

READ_TABLE = "--read-table"
"""The argument by which the program knows that it is the child (crf_app.__main__)."""
MOST_SECONDS = 20.0
MOST_MEMORY = 500_000_000
"""Bytes of address space, the interpreter and the reader of spreadsheets among them."""


@dataclass(frozen=True, slots=True)
class FileContent:
    """What a file held when it was read: its name without the folder, its bytes, their SHA-256."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The hash that stands in the ledger."""
        return hashlib.sha256(self.content).hexdigest()


def read_file(path: Path) -> FileContent:
    """The bytes of a file of bearable size. Raises ExpectedError "io_error", "import_too_large_file"."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise ExpectedError("io_error", place=path, detail=error.strerror or str(error)) from error
    if len(content) > MOST_BYTES:
        raise ExpectedError("import_too_large_file", most=MOST_BYTES // 1_000_000)
    return FileContent(path.name, content)


def read_table(file: FileContent, sheet: str = "", *, seconds: float = MOST_SECONDS, memory: int = MOST_MEMORY) -> Sheet:
    """The table of a file, parsed in a child process that ends with it.

    Raises ExpectedError "import_too_heavy" when the child used up its time or memory, and "import_*" for what is no table.
    """
    command, environment = own_command(READ_TABLE, str(memory), sheet)
    try:
        done = subprocess.run(command, input=file.content, capture_output=True, timeout=seconds, check=False, env=environment)  # noqa: S603 our own program
    except subprocess.TimeoutExpired as error:
        raise ExpectedError("import_too_heavy", name=file.name, seconds=int(seconds)) from error
    if done.returncode != 0:
        raise ExpectedError("import_too_heavy", name=file.name, seconds=int(seconds))
    answer = json.loads(done.stdout.decode("utf-8", "surrogatepass"))
    if "refused" in answer:
        raise ExpectedError(answer["refused"]["code"], name=file.name, **answer["refused"]["parameters"])
    return _sheet(answer["sheet"])


def _sheet(told: Any) -> Sheet:
    """What the child wrote (asdict), as it was."""
    rows = tuple(SheetRow(row["number"], tuple(row["cells"])) for row in told["rows"])
    faults = tuple(CellFault(**one) for one in told["faults"])
    return Sheet(**{**told, "rows": rows, "faults": faults, "names": tuple(told["names"])})
