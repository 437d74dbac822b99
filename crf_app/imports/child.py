"""The process that opens a strange file: bytes in on standard input, the table out on standard output as JSON, then it is gone."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from crf_app.imports.sheet import MOST_BYTES, RefusedFile, Sheet
from crf_app.paths import limit_process

_NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"<!DOCTYPE", b"<html", b"<?xml")


def read_content(content: bytes, sheet: str = "") -> Sheet:
    """The table in a file's content, whatever its name was. Raises RefusedFile."""
    if not content.strip(b"\x00\r\n\t ,;\xff\xfe\xef\xbb\xbf"):
        raise RefusedFile("import_empty")
    if len(content) > MOST_BYTES:
        raise RefusedFile("import_too_large_file", most=MOST_BYTES // 1_000_000)
    if content.startswith(_NO_TABLES):
        raise RefusedFile("import_no_table", row=0, detail=content[:8].decode("latin-1").strip())
    # each reader is loaded only where it is needed: the limits of memory count it too
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        from crf_app.imports.workbook import read_workbook

        return read_workbook(content, sheet)
    from crf_app.imports.delimited import read_delimited

    return read_delimited(content)


def main(memory: int, sheet: str = "") -> int:
    """Read standard input with no more than `memory` bytes and answer. 0 whenever there is an answer, a refusal too."""
    limit_process(memory)
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        answer: dict[str, object] = {"sheet": asdict(read_content(content, sheet))}
    except RefusedFile as error:
        answer = {"refused": {"code": error.code, "parameters": error.parameters}}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return 0
