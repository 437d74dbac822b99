"""Searching a dictionary of MedDRA's size: `python bench/dictionary.py [TERMS]`.

The terms are made up from syllables and a dozen common words, each of which stands in some 3 of 100 terms, as the commonest of the true ones.
The floor is the same search in an open dictionary; the limit, 50 ms, holds for opening the file and searching it once.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from casebook import machine

from crf_app.store.dictionary import LanguagePart, dictionary_path, open_dictionary, write_dictionary
from crf_app.study.terms import Term, Way

LIMIT_MS = 50.0
ROUNDS = 9
VERSION = "97.0"
_KEY = bytes(range(32))
_SOCS, _PTS = 27, 25_000
_FIRST, _LAST = ("ba", "ko", "mi", "ru", "te", "va", "zo"), ("ran", "dol", "kis", "mut", "per", "wen", "fas", "gol")
_SYLLABLES = [a + b + c for a in _FIRST for b in ("", *_FIRST) for c in _LAST]
_COMMON = ["pain", "infection", "disorder", "increased", "decreased", "syndrome", "acute", "chronic", "left", "right", "injection", "site", "foot"]
_SIGNS = [chr(0x4E00 + 7 * number) for number in range(900)]
_ENDINGS = ("痛", "病", "炎", "头痛", "增高")
TEXTS = ("pain in left foot", "baran", "injection site infection acute pain", "头痛", "痛", "左足疼痛加重", "disorder")


def main(terms: int) -> int:
    """Print the figures beside the limit; 0 when it is kept for every text."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        print(machine(folder))
        started = time.perf_counter()
        write_dictionary(folder, _KEY, VERSION, [_part("en", terms), _part("zh", terms)])
        megabytes = dictionary_path(folder, VERSION).stat().st_size / 1e6
        print(f"written: {terms} terms in two languages, {time.perf_counter() - started:.1f} s, {megabytes:.0f} MB")
        return int(sum(not _measured(folder, text) for text in TEXTS) > 0)


def _measured(folder: Path, text: str) -> bool:
    cold = _rounds(lambda: _search(folder, text))
    with open_dictionary(folder, _KEY, VERSION) as dictionary:
        warm = _rounds(lambda: dictionary.search(text))
    kept = statistics.median(cold) <= LIMIT_MS
    print(f"{'ok' if kept else 'OVER'}  median {statistics.median(cold):5.1f} ms, slowest {max(cold):5.1f} ms, open already {statistics.median(warm):5.1f} ms  {text}")
    return kept


def _search(folder: Path, text: str) -> None:
    with open_dictionary(folder, _KEY, VERSION) as dictionary:
        dictionary.search(text)


def _rounds(act: Callable[[], object]) -> list[float]:
    found = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        act()
        found.append(1000 * (time.perf_counter() - started))
    return found


def _part(lang: str, terms: int) -> LanguagePart:
    made = random.Random(5 if lang == "en" else 6)
    name = _english if lang == "en" else _chinese
    found = [Term("SOC", str(90_000_000 + number), f"{name(made)} {number}") for number in range(_SOCS)]
    found += [Term("PT", str(93_000_000 + number), name(made), str(90_000_000 + number % _SOCS)) for number in range(_PTS)]
    found += [Term("LLT", str(94_000_000 + number), name(made), str(93_000_000 + number % _PTS)) for number in range(terms)]
    ways = [Way(str(93_000_000 + number), "91000001", "92000001", str(90_000_000 + number % _SOCS), primary=True) for number in range(_PTS)]
    return LanguagePart(lang, lang * 32, found, ways)


def _english(made: random.Random) -> str:
    return " ".join(made.choice(_SYLLABLES + _COMMON * 6) for _ in range(made.randint(1, 5)))


def _chinese(made: random.Random) -> str:
    return "".join(made.choice(_SIGNS) for _ in range(made.randint(2, 9))) + made.choice(_ENDINGS)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 87_000))
