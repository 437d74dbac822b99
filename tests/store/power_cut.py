"""What a disk may hold after the power failed: replays recorded writes of a program, and keeps only what was synced
for sure.

A disk may have written any part of what was not synced yet, in any order, in pieces of 512 bytes. The recording comes
from `strace`; the live program is not changed for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

PIECE = 512
CALLS = "openat,close,pwrite64,write,fsync,fdatasync,ftruncate,unlink"

_OPEN = re.compile(r'openat\([^,]+, "([^"]*)", ([^,)]*).*\) = (\d+)')
_WRITE = re.compile(r'(?:pwrite64|write)\((\d+), "((?:\\x[0-9a-f]{2})*)", \d+(?:, (\d+))?\) += (\d+)')
_SYNC = re.compile(r"f(?:data)?sync\((\d+)\) += 0")
_CUT = re.compile(r"ftruncate\((\d+), (\d+)\) += 0")
_UNLINK = re.compile(r'unlink\("([^"]*)"\) += 0')
_CLOSE = re.compile(r"close\((\d+)\) += 0")


def seeded(seed: int) -> Random:
    """Chance that can be repeated."""
    return Random(seed)  # noqa: S311  the luck of a disk, no secret


@dataclass(frozen=True)
class Act:
    """One step of the recording: `write`, `cut`, `sync`, `create`, `unlink`, `sync_folder` or `said` (a save
    acknowledged).
    """

    kind: str
    name: str = ""
    at: int = 0
    data: bytes = b""


def _text(escaped: str) -> str:
    return bytes.fromhex(escaped.replace("\\x", "")).decode()


def read_recording(lines: list[str], folder: Path) -> list[Act]:
    """The acts on files directly in `folder`, and what the program said on its standard output, in order."""
    acts: list[Act] = []
    handles: dict[int, str] = {}
    for line in lines:
        call = line.partition(" ")[2].lstrip()
        if match := _OPEN.match(call):
            path = Path(_text(match[1]))
            handle = int(match[3])
            handles.pop(handle, None)
            if path == folder:
                handles[handle] = "."
            elif path.parent == folder and path.name.startswith("data.db"):
                handles[handle] = path.name
                if "O_CREAT" in match[2]:
                    acts.append(Act("create", path.name))
        elif match := _UNLINK.match(call):
            path = Path(_text(match[1]))
            if path.parent == folder and path.name.startswith("data.db"):
                acts.append(Act("unlink", path.name))
        elif match := _WRITE.match(call):
            handle, data = int(match[1]), bytes.fromhex(match[2].replace("\\x", ""))
            assert len(data) == int(match[4]), "strace cut a write short"
            if handle == 1:
                acts.extend(Act("said", at=int(word[1:])) for word in data.decode().split() if word[0] == "a")
            elif handle in handles:
                acts.append(Act("write", handles[handle], int(match[3]), data))
        elif match := _SYNC.match(call):
            name = handles.get(int(match[1]))
            if name:
                acts.append(Act("sync_folder") if name == "." else Act("sync", name))
        elif match := _CUT.match(call):
            if int(match[1]) in handles:
                acts.append(Act("cut", handles[int(match[1])], int(match[2])))
        elif match := _CLOSE.match(call):
            handles.pop(int(match[1]), None)
    return acts


@dataclass
class _File:
    sure: bytearray
    linked: bool = True  # its name in the folder was synced
    waiting: list[Act] = field(default_factory=list)


class Disk:
    """The folder as the acts so far leave it: what is sure, and what may or may not have reached the disk."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = {name: _File(bytearray(content)) for name, content in files.items()}
        self._gone: dict[str, _File] = {}
        self.acknowledged = 0

    def apply(self, act: Act) -> None:
        """Go one act further."""
        if act.kind == "said":
            self.acknowledged = act.at
        elif act.kind == "create":
            self._files.setdefault(act.name, _File(bytearray(), linked=False))
        elif act.kind == "unlink":
            self._gone[act.name] = self._files.pop(act.name)
        elif act.kind == "sync_folder":
            self._gone.clear()
            for file in self._files.values():
                file.linked = True
        elif act.kind == "sync":
            file = self._files[act.name]
            for waiting in file.waiting:
                _put(file.sure, waiting)
            file.waiting.clear()
        else:
            self._files[act.name].waiting.append(act)

    def image(self, random: Random) -> dict[str, bytes]:
        """One of the states in which the power cut may leave the folder."""
        luck = random.choice((0.0, 0.3, 0.7, 1.0))
        found: dict[str, bytes] = {}
        for name, file in (*self._gone.items(), *self._files.items()):
            may_be_missing = name in self._gone or not file.linked
            if may_be_missing and random.random() < 0.5:
                continue
            content = bytearray(file.sure)
            for act in file.waiting:
                for piece in _pieces(act):
                    if random.random() < luck:
                        _put(content, piece)
            found[name] = bytes(content)
        return found


def _pieces(act: Act) -> list[Act]:
    """A write in parts that end at multiples of 512 bytes; anything else as it is."""
    if act.kind != "write":
        return [act]
    parts, done = [], 0
    while done < len(act.data):
        size = min(PIECE - (act.at + done) % PIECE, len(act.data) - done)
        parts.append(Act("write", act.name, act.at + done, act.data[done:done + size]))
        done += size
    return parts


def _put(content: bytearray, act: Act) -> None:
    if act.kind == "cut":
        del content[act.at:]
        content.extend(bytes(act.at - len(content)))
        return
    if len(content) < act.at:
        content.extend(bytes(act.at - len(content)))
    content[act.at:act.at + len(act.data)] = act.data
