"""A small made-up dictionary in the layout of MedDRA's files: invented terms, invented codes (beginning with 9)."""

from __future__ import annotations

from pathlib import Path

Files = dict[str, bytes]

_SOCS = {"en": ("Wobbly disorders", "Shiny disorders"), "zh": ("摇晃类疾病", "闪光类疾病")}
_HLGTS = {"en": ("Wobbles of all kinds", "Shines of all kinds"), "zh": ("各种摇晃", "各种闪光")}
_HLTS = {"en": ("Wobbles of limbs", "Shines of skin"), "zh": ("肢体摇晃", "皮肤闪光")}
_PTS = {
    "en": ("Foot wobble", "Wobble", "Skin shine", "Golden fever"),
    "zh": ("足部摇晃", "摇晃", "皮肤闪光", "金色发热"),
}
_PT_SOC = (0, 0, 1, 1)
_LLTS = {
    "en": ("Foot wobble", "Wobbling foot", "Wobble", "Skin shine", "Shiny skin", "Golden fever", "Fever, golden", "Old wobble"),
    "zh": ("足部摇晃", "脚晃", "摇晃", "皮肤闪光", "皮肤发亮", "金色发热", "发热，金色", "旧摇晃"),
}
_LLT_PT = (0, 0, 1, 2, 2, 3, 3, 1)
_OLD = frozenset({7})


def soc(number: int) -> str:
    """Code of the SOC of that number, from 0."""
    return str(90000001 + number)


def pt(number: int) -> str:
    """Code of the PT."""
    return str(93000001 + number)


def llt(number: int) -> str:
    """Code of the LLT."""
    return str(94000001 + number)


def _lines(rows: list[list[str]], encoding: str) -> bytes:
    return "".join("$".join(row) + "$\r\n" for row in rows).encode(encoding)


def files(lang: str = "en", version: str = "97.0", encoding: str = "utf-8", *, moved: dict[int, int] | None = None, gone: frozenset[int] = frozenset(), renamed: dict[int, str] | None = None) -> Files:
    """One release. `moved`: LLTs that stand under another PT; `gone`: LLTs no longer current; `renamed`: PTs with another name."""
    moved, renamed = moved or {}, renamed or {}
    hlgt, hlt = [str(91000001 + n) for n in range(2)], [str(92000001 + n) for n in range(2)]
    pts = [renamed.get(n, name) for n, name in enumerate(_PTS[lang])]
    llts = [[llt(n), name, pt(moved.get(n, _LLT_PT[n])), *[""] * 6, "N" if n in gone | _OLD else "Y", ""] for n, name in enumerate(_LLTS[lang])]
    hier = [
        [pt(n), hlt[s], hlgt[s], soc(s), name, _HLTS[lang][s], _HLGTS[lang][s], _SOCS[lang][s], f"Soc{s}", "", soc(s), "Y"]
        for n, (name, s) in enumerate(zip(pts, _PT_SOC, strict=True))
    ]
    rows = {
        "meddra_release.asc": [[version, {"en": "English", "zh": "Chinese"}[lang], "", "", ""]],
        "llt.asc": llts,
        "pt.asc": [[pt(n), name, "", soc(_PT_SOC[n]), *[""] * 7] for n, name in enumerate(pts)],
        "hlt.asc": [[hlt[n], name, *[""] * 7] for n, name in enumerate(_HLTS[lang])],
        "hlgt.asc": [[hlgt[n], name, *[""] * 7] for n, name in enumerate(_HLGTS[lang])],
        "soc.asc": [[soc(n), name, f"Soc{n}", *[""] * 7] for n, name in enumerate(_SOCS[lang])],
        "hlt_pt.asc": [[hlt[_PT_SOC[n]], pt(n)] for n in range(len(pts))],
        "hlgt_hlt.asc": [[hlgt[n], hlt[n]] for n in range(2)],
        "soc_hlgt.asc": [[soc(n), hlgt[n]] for n in range(2)],
        "mdhier.asc": hier,
    }
    return {name: _lines(one, encoding) for name, one in rows.items()}


def write(folder: Path, content: Files) -> Path:
    """The files in a folder, as a site unpacks them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in content.items():
        (folder / name).write_bytes(one)
    return folder
