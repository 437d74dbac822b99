"""Endpoint variables computed a second time, in plain Python from the exported CSV: nothing of the program's rules is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path

from tests.export.reading import read_sheet

Row = Mapping[str, str]
RELATED = ("RELATED", "PROBABLE", "POSSIBLE")
# content, sections 3.3, 4.1, 4.2: planned day, days before, days after
WINDOWS: Mapping[str, Mapping[str, tuple[int, int, int]]] = {
    "NCT05999656": {"W1": (7, 1, 1), "W2": (14, 1, 1), **{f"W{n}": (7 * n, 2, 2) for n in range(3, 12)}, **{f"W{n}": (7 * n, 3, 3) for n in range(12, 25)}},
    "NCT05507697": {"W4": (28, 3, 3), "W12": (84, 7, 7), "W24": (168, 7, 7), **{f"W{n}": (7 * n, 14, 14) for n in (36, 48, 72, 96)}},
    "NCT07183761": {"D28": (28, 3, 3), "W8": (56, 7, 7), "W12": (84, 7, 7), "W16": (112, 7, 7), "W24": (168, 7, 7), "W52": (364, 14, 14), "W104": (728, 14, 14)},
}


class Book:
    """The exported sheets of one subject, with the few questions that several variables ask."""

    def __init__(self, folder: Path, trial: str) -> None:
        self.folder = folder
        self.windows = WINDOWS[trial]

    def rows(self, name: str) -> list[Row]:
        """The lines of a sheet; none when nothing was collected for it."""
        path = self.folder / f"{name}.csv"
        return list(read_sheet(path)) if path.exists() else []

    def last(self, name: str, item: str) -> str:
        """The last value of an item, "" without one."""
        return next((row[item] for row in reversed(self.rows(name)) if row.get(item)), "")

    @property
    def arm(self) -> str:
        """The arm as randomised."""
        return self.last("RND", "ARMCD")

    def given(self, name: str = "INJ") -> list[Row]:
        """Treatments given."""
        return [row for row in self.rows(name) if row["EXPERF"] == "Y"]

    @property
    def day0(self) -> date | None:
        """First day of study treatment; the control arm of trial C starts with its visit."""
        treated = [row["EXSTDAT"] for row in (*self.given(), *self.given("LAINF.LAINF"))]
        seen = [row["VISDAT"] for row in self.rows("SV") if row["visit"] == "D0" and row["VISDAT"]]
        found = seen if self.arm == "CON" else treated
        return date.fromisoformat(min(found)) if found else None

    def baseline(self, rows: Iterable[Row], item: str, day: str) -> Decimal | None:
        """The last value up to the first treatment."""
        start = self.day0
        found = [(row[day], row[item]) for row in rows if row[item] and row[day] and (start is None or row[day] <= start.isoformat())]
        return Decimal(max(found, key=lambda one: one[0])[1]) if found else None

    def at(self, visit: str, rows: Iterable[Row], item: str, day: str) -> Decimal | None:
        """The value inside the window of a visit that is closest to the planned day."""
        if self.day0 is None:
            return None
        planned, before, after = self.windows[visit]
        found = []
        for row in rows:
            off = (date.fromisoformat(row[day]) - self.day0).days - planned if row[day] and row[item] else None
            if off is not None and -before <= off <= after:
                found.append((abs(off), row["visit"] != visit, row[day], row[item]))
        return Decimal(min(found)[3]) if found else None

    def change(self, visit: str, rows: Sequence[Row], item: str, day: str) -> Decimal | None:
        """The value at a visit minus the one before treatment."""
        then, now = self.baseline(rows, item, day), self.at(visit, rows, item, day)
        return None if then is None or now is None else now - then

    def events(self, until: int | None = None) -> list[Row]:
        """Treatment-emergent adverse events up to a day of the study."""
        latest = (self.day0 + timedelta(days=until)).isoformat() if self.day0 is not None and until is not None else "9999"
        return [row for row in self.rows("AE.AE") if row["AETE"] == "Y" and row["AESTDAT"] <= latest]


def shown(value: Decimal | int | str | None, places: int = 0) -> str:
    """As the table writes it: rounded half away from zero, "" when missing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else str(Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def yes(answer: bool) -> str:
    """Y or N."""
    return "Y" if answer else "N"


def dated(book: Book, sheet: str, of: str, day: str) -> list[Row]:
    """Rows of a repeating sheet with the date of their form."""
    dates = {(row["visit"], row["visit_repeat"]): row[day] for row in book.rows(of)}
    return [{**row, day: dates[row["visit"], row["visit_repeat"]]} for row in book.rows(sheet)]


def populations(book: Book) -> dict[str, str]:
    """The populations of every trial."""
    treated, important = book.day0 is not None, any(row["DVSEV"] == "IMPORTANT" for row in book.rows("DV.DV"))
    return {
        "ENRLFL": yes(bool(book.last("ICF", "RFICDAT"))), "SAFFL": yes(treated), "COMPLFL": yes(book.last("DS", "DSCOMP") == "Y"),
        "SCRFFL": yes(book.last("DS", "DSDECOD") == "SCREEN FAILURE" or book.last("IE", "IEINVYN") == "N"), "PPFL": yes(treated and not important),
        "TRTSDT": book.day0.isoformat() if book.day0 is not None else "",
    }  # fmt: skip


def _counts(book: Book, until: int) -> dict[str, str]:
    treated, events = book.day0 is not None, book.events(until)
    chosen = {"TEAE": events, "SAE": [one for one in events if one["AESER"] == "Y"], "RELAE": [one for one in events if one["AEREL"] in RELATED]}
    found = {f"N{name}": shown(len(rows)) if treated else "" for name, rows in chosen.items()}
    return found | {f"{name}FL": yes(bool(rows)) if treated else "" for name, rows in chosen.items()}


def _nerves(book: Book, nerves: Sequence[str], visits: Sequence[str], name: str) -> dict[str, str]:
    rows = dated(book, "NCS.NCS", "NCS", "NCSDAT")
    found: dict[str, str] = {}
    for nerve in nerves:
        for side in ("RIGHT", "LEFT"):
            own = [row for row in rows if (row["NCSNERV"], row["NCSLAT"]) == (nerve, side)]
            found |= {f"{name}_{nerve}_{side}_{visit}": shown(book.change(visit, own, "NCSCV", "NCSDAT"), 1) for visit in visits}
    return found


def _arms(book: Book, actual: str) -> dict[str, str]:
    return {"RANDFL": yes(bool(book.arm)), "ARM": book.arm, "ARMA": actual, "MISRANDFL": yes(book.arm != actual) if book.arm and actual else "",
            "TCSSBL": shown(book.baseline(book.rows("TCSS"), "TCSSTOT", "TCSDAT"))}  # fmt: skip


def trial_b(book: Book) -> dict[str, str]:
    """Variables of trial B."""
    tcss, infusions = book.rows("TCSS"), [row for row in book.rows("LAINF.LAINF") if row["EXPERF"]]
    found = _arms(book, "MSC" if book.given() else "LA" if book.given("LAINF.LAINF") else "")
    base = book.baseline(tcss, "TCSSTOT", "TCSDAT")
    for visit in book.windows:
        change = book.change(visit, tcss, "TCSSTOT", "TCSDAT")
        found[f"TCSSCHG_{visit}"] = shown(change)
        found[f"TCSSPCT_{visit}"] = shown(None if change is None or not base else -change * 100 / base, 1)
    found |= _nerves(book, ("CPN", "PTN", "SURAL"), ("W12", "W24", "W48", "W96"), "NCVCHG") | _counts(book, 686)
    given = [row for row in infusions if row["EXPERF"] == "Y"]
    days = [date.fromisoformat(row["EXSTDAT"]) for row in given]
    whole = len(infusions) == 15
    total = sum((Decimal(row["EXDOSE"]) for row in given), Decimal(0))
    found["LADOSE"] = shown(total) if infusions else ""
    found["LACOMP"] = shown(total * 100 / 9000, 1) if whole else ""
    found["LACONS"] = yes(all((b - a).days == 1 for a, b in pairwise(days))) if infusions else ""
    for name, item, places in (("MSCPTS", "INJNPT", 0), ("MSCVOL", "EXVOL", 2), ("MSCCELL", "EXCELLS", 1)):
        found[name] = shown(sum(Decimal(row[item]) for row in book.given()), places) if book.given() else ""
    return found


def trial_c(book: Book) -> dict[str, str]:
    """Variables of trial C."""
    seen = any(row["visit"] == "D0" and row["SVOCCUR"] == "Y" for row in book.rows("SV"))
    actual = "EXP" if book.given() else "CON" if seen else ""
    found = _arms(book, actual) | _counts(book, 742) | _nerves(book, ("CPN", "PTN", "DPN"), ("W12", "W24"), "NCSCHG")
    for name, sheet, item, day, places, visits in (
        ("TCSSCHG", "TCSS", "TCSSTOT", "TCSDAT", 0, "D28 W8 W12 W16 W24"), ("VASCHG", "VAS", "VASSCORE", "VASDAT", 1, "D28 W8 W12 W16 W24"),
        ("TSSCHG", "TSS", "TSSTOT", "TSSDAT", 2, "D28 W8 W12 W16 W24"), ("A1CCHG", "LBA1C", "HBA1C_LBORRES", "LBDAT", 1, "W12 W24 W52 W104"),
    ):  # fmt: skip
        found |= {f"{name}_{visit}": shown(book.change(visit, book.rows(sheet), item, day), places) for visit in visits.split()}
    related = [one for one in book.events(742) if one["AEREL"] in RELATED]
    treated = book.day0 is not None
    found |= {f"CELLREL_G{grade}": shown(sum(one["AETOXGR"] == str(grade) for one in related)) if treated else "" for grade in range(1, 6)}
    found["CELLRELGR"] = max((one["AETOXGR"] for one in related), default="") if treated else ""
    found["CELLREL_AE"] = yes(bool(related)) if treated and actual == "EXP" else ""
    return found | _ultrasound(book)


def _ultrasound(book: Book) -> dict[str, str]:
    found = {}
    flow, area = dated(book, "US.US", "US", "USDAT"), dated(book, "NUS.NUS", "NUS", "NUSDAT")
    for visit in ("W12", "W24"):
        for side in ("RIGHT", "LEFT"):
            for segment in ("ILIAC", "CFA", "SFA", "DFA", "POPA", "ATA", "PTA", "PERA", "DPA"):
                own = [row for row in flow if (row["USSEG"], row["USLAT"]) == (segment, side)]
                found[f"FLOWCHG_{segment}_{side}_{visit}"] = shown(book.change(visit, own, "USPSV", "USDAT"), 1)
            for nerve in ("TIB", "CPN", "SURAL", "MEDIAN"):
                for level in ("ANKLE", "FIBHEAD", "POPFOSSA", "CALF", "WRIST"):
                    own = [row for row in area if (row["NUSNERV"], row["NUSSITE"], row["NUSLAT"]) == (nerve, level, side)]
                    found[f"NUSCHG_{nerve}_{level}_{side}_{visit}"] = shown(book.change(visit, own, "NUSCSA", "NUSDAT"), 1)
    return found


def trial_a(book: Book) -> dict[str, str]:
    """Variables of trial A."""
    found = _rates(book) | _healing(book) | _reactions(book)
    for name, sheet, item, day, places in (("VASCHG", "VAS", "VASSCORE", "VASDAT", 1), ("TSSCHG", "TSS", "TSSTOT", "TSSDAT", 2)):
        found |= {f"{name}_{visit}": shown(book.change(visit, book.rows(sheet), item, day), places) for visit in ("W12", "W24")}
    for visit in ("W12", "W24"):
        pairs = [(book.baseline(rows, "WAGNER", "WAGDAT"), book.at(visit, rows, "WAGNER", "WAGDAT")) for rows in _by_ulcer(book, "WAG")]
        known = [(then, now) for then, now in pairs if now is not None and then is not None]
        found[f"WAGCHG_{visit}"] = shown(max(now for _, now in known) - max(then for then, _ in known)) if known else ""
    for name, item, places in (("CELLTOT", "EXCELLS", 1), ("VOLTOT", "EXVOL", 2)):
        found[name] = shown(sum(Decimal(row[item]) for row in book.given()), places) if book.given() else ""
    extended = [row for row in book.rows("SV") if row["visit"][1:].isdecimal() and int(row["visit"][1:]) >= 13 and row["SVOCCUR"] == "Y"]
    return found | {"NSESS": shown(len(book.given())), "EXT24FL": yes(bool(extended))}


def _by_ulcer(book: Book, sheet: str) -> list[list[Row]]:
    rows = book.rows(sheet)
    return [[row for row in rows if row["form_repeat"] == number] for number in sorted({row["form_repeat"] for row in rows})]


def _rates(book: Book) -> dict[str, str]:
    ulcers = _by_ulcer(book, "WND")
    stops = [[row["WNDDAT"] for row in rows if row["WNDHEAL"] == "Y" and row["WNDSTOP"] == "HEALED"] for rows in ulcers]
    found = {}
    for visit, (planned, _, _) in book.windows.items():
        pairs = [(book.baseline(rows, "WNDAREA", "WNDDAT"), book.at(visit, rows, "WNDAREA", "WNDDAT")) for rows in ulcers]
        then, now = [one for one, _ in pairs if one is not None], [one for _, one in pairs if one is not None]
        whole = bool(pairs) and len(then) == len(now) == len(pairs)
        rate = (sum(now, Decimal(0)) - sum(then, Decimal(0))) * 100 / sum(then, Decimal(0)) if whole else None
        target = (book.day0 + timedelta(days=planned)).isoformat() if book.day0 is not None else ""
        carried = rate is None and bool(stops) and all(any(day <= target for day in days) for days in stops)
        found[f"WRATE_{visit}"] = shown(rate, 1)
        found[f"WRATE_{visit}_LOCF"] = "-100.0" if carried else shown(rate, 1)
        if visit == "W4":
            found["WRESP50_W4"] = yes(rate <= -50) if rate is not None else ""
    return found


def _healing(book: Book) -> dict[str, str]:
    days: dict[str, bool] = {}
    for row in book.rows("WND"):
        if row["WNDHEAL"] and book.day0 is not None and row["WNDDAT"] > book.day0.isoformat():
            days[row["WNDDAT"]] = days.get(row["WNDDAT"], True) and row["WNDHEAL"] == "Y"
    if not days or book.day0 is None:
        return dict.fromkeys(("TTH", "TTHCNSR", "HEAL12", "HEAL24"), "")
    order = sorted(days)
    since, confirmed = "", ""
    for day in order:
        since = (since or day) if days[day] else ""
        if not confirmed and since and (date.fromisoformat(day) - date.fromisoformat(since)).days >= 14:
            confirmed = since
    end = confirmed or since or order[-1]
    found = {"TTH": shown((date.fromisoformat(end) - book.day0).days), "TTHCNSR": "0" if confirmed else "1"}
    for week in (12, 24):
        first, last = ((book.day0 + timedelta(days=7 * week + off)).isoformat() for off in (-3, 3))
        known = bool(book.last("DS", "DSSTDAT")) or (order[-1] >= first and not (not confirmed and since and since <= last))
        found[f"HEAL{week}"] = "Y" if confirmed and confirmed <= last else "N" if known else ""
    return found


def _reactions(book: Book) -> dict[str, str]:
    events, answers = book.rows("AE.AE"), [row["AEYN"] for row in book.rows("SV") if row["SVOCCUR"] == "Y"]
    asked = "Y" if "Y" in answers else "N" if answers and set(answers) == {"N"} else ""
    followed, emergent = book.last("DS", "DSCOMP"), [one for one in events if one["AETE"] == "Y"]
    if book.day0 is None or not followed or not asked or asked != yes(bool(events)):
        return dict.fromkeys(("ARFREE", "ARFREE_REL", "ARFREE_ANY"), "")
    done = len(book.given()) >= 3 and followed == "Y"
    stopped = any(one["AEACN"] == "DRUG WITHDRAWN" or one["AEDISC"] == "Y" for one in emergent)
    related = any(one["AEREL"] in RELATED for one in emergent)
    return {"ARFREE": yes(done and not stopped), "ARFREE_REL": yes(done and not related), "ARFREE_ANY": yes(done and not emergent)}


SECOND: Mapping[str, Callable[[Book], dict[str, str]]] = {"NCT05999656": trial_a, "NCT05507697": trial_b, "NCT07183761": trial_c}
