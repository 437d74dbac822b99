"""Version 2.0 of NCT05999656 as an amendment might make it, written beside the trial's own files and released by the program."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from crf_app.paths import forms_folder
from crf_app.services.studies import release_study

TRIAL = "NCT05999656"
OLD_LABEL, NEW_LABEL = "Temperature", "Temperature, tympanic"

_FOLLOW_UP = """
[[events]]
oid = "M6"
name = { en = "Month 6 follow-up", zh = "第6月随访" }
short = { en = "M6", zh = "第6月" }
kind = "scheduled"
day = 180
minus = 7
plus = 7
assumed = true

[[events]]
oid = "HC"
"""

_PAIN = """
[[groups.items]]
oid = "WNDPAIN"
domain = "FA"
label = { en = "Wound painful at dressing change", zh = "换药时创面疼痛" }
type = "yn"
required = true
show = 'WNDHEAL = "N"'

[[groups.items]]
oid = "WNDSWEL"
"""

EDITS: dict[str, tuple[tuple[str, str], ...]] = {
    "NCT05999656/2.0/study.toml": (('version = "1.0"', 'version = "2.0"'),),
    "NCT05999656/2.0/schedule.toml": (
        # the electrocardiogram comes at week 8 too, week 6 has a narrower window, week 7 moves, there is a visit after six months
        ('EG = { optional = "SCR W12 W24 UNS ET" }', 'EG = { required = "W8", optional = "SCR W12 W24 UNS ET" }'),
        ("day = 42\nminus = 2\nplus = 2", "day = 42\nminus = 1\nplus = 1"),
        ("day = 49\n", "day = 51\n"),
        ('\n[[events]]\noid = "HC"\n', _FOLLOW_UP),
        ('SV = { required = "SCR D0-W24 HC UNS ET" }', 'SV = { required = "SCR D0-W24 M6 HC UNS ET" }'),
    ),
    "NCT05999656/2.0/overrides.toml": (
        ('  { code = "HC", en = "Healing', '  { code = "M6", en = "Month 6 follow-up", zh = "第6月随访" },\n  { code = "HC", en = "Healing'),
    ),
    "NCT05999656/2.0/forms/WND.toml": (
        ('version = "1.0"', 'version = "2.0"'),
        # a new question, one that is asked no more, another starting point of the rate
        ('\n[[groups.items]]\noid = "WNDSWEL"\n', _PAIN),
        ('[[groups.items]]\noid = "WNDODOR"\ndomain = "FA"\nlabel = { en = "Odour", zh = "异味" }\ntype = "yn"\nrequired = true\nshow = \'WNDHEAL = "N"\'\n', ""),
        ("D06(A_0 = WNDAREA@BL,", "D06(A_0 = WNDAREA@FIRST,"),
    ),
    "library/codelists.toml": (
        ('  { code = "SCANT", en = "Scant", zh = "少量" },\n', '  { code = "TRACE", en = "Trace", zh = "微量" },\n  { code = "SMALL", en = "Small", zh = "少量" },\n'),
    ),
    "library/forms/VS.toml": (
        ('version = "1.0"', 'version = "2.0"'),
        ('label = { en = "Temperature", zh = "体温" }', 'label = { en = "Temperature, tympanic", zh = "耳温" }'),
        ('soft = ["35.5", "37.5"]', 'soft = ["35.5", "36.5"]'),
    ),
}


def write_amendment(folder: Path, more: Mapping[str, Sequence[tuple[str, str]]] | None = None, version: str = "2.0") -> Path:
    """The sources of version 2.0 in a forms folder of their own, with more edits if wanted, released. Returns the version's folder."""
    shutil.copytree(forms_folder() / "library", folder / "library")
    shutil.copytree(forms_folder() / TRIAL / "1.0", folder / TRIAL / "2.0", ignore=shutil.ignore_patterns("released.*", "examples"))
    for edits in (EDITS, more or {}, {"NCT05999656/2.0/study.toml": (('version = "2.0"', f'version = "{version}"'),)}):
        for name, pairs in edits.items():
            path = folder / name
            text = path.read_text("utf-8")
            for old, new in pairs:
                assert old in text, f"{name}: {old}"
                text = text.replace(old, new)
            path.write_text(text, "utf-8")
    release_study(folder / TRIAL / "2.0")
    return folder / TRIAL / "2.0"
