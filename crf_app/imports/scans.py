"""Reading a scan: the file is opened here, its pages in a child process with limits of time, memory and size."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from crf_app.errors import ExpectedError
from crf_app.imports.reading import FileContent
from crf_app.paths import own_command

READ_SCAN = "--read-scan"
"""The argument by which the program knows that it is the child (crf_app.__main__)."""
MOST_BYTES = 60_000_000
MOST_SECONDS = 120.0
MOST_MEMORY = 1_500_000_000


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A scan and what the QR codes on each of its pages say."""

    file: FileContent
    pages: tuple[tuple[str, ...], ...]


def read_scan(path: Path, *, seconds: float = MOST_SECONDS, memory: int = MOST_MEMORY) -> ScannedFile:
    """The scan with the codes of its pages. Raises ExpectedError "io_error", "file_empty", "file_too_large", "scan_*", "image_too_large"."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise ExpectedError("io_error", place=path, detail=error.strerror or str(error)) from error
    told = json.loads(_child(path.name, content, 0, seconds, memory))
    return ScannedFile(FileContent(path.name, content), tuple(tuple(codes) for codes in told["pages"]))


def scan_picture(name: str, content: bytes, page: int, *, seconds: float = MOST_SECONDS, memory: int = MOST_MEMORY) -> bytes:
    """One page (from 1) as PNG. Raises as `read_scan` does."""
    return _child(name, content, page, seconds, memory)


def _child(name: str, content: bytes, page: int, seconds: float, memory: int) -> bytes:
    command, environment = own_command(READ_SCAN, str(memory), str(page))
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=seconds, check=False, env=environment)  # noqa: S603 our own program
    except subprocess.TimeoutExpired as error:
        raise ExpectedError("import_too_heavy", name=name, seconds=int(seconds)) from error
    if done.returncode != 0:
        raise ExpectedError("import_too_heavy", name=name, seconds=int(seconds))
    if done.stdout.startswith(b'{"refused"'):
        refused = json.loads(done.stdout)["refused"]
        raise ExpectedError(refused["code"], name=name, **refused["parameters"])
    return done.stdout
