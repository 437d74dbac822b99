"""The course of the trial: which visits there are and when they fall, and where the study ends (content, section 3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from crf_app.clinical.record import EventRecord
from crf_app.services.reading import read_subject_record
from tests.services.rules.cases import NOW, Spot
from tests.services.rules.world import Bench, Stories

DAY0 = date(2026, 3, 2)
_ANYWHERE = Spot("SV", "W12")


def day(number: int) -> str:
    """A day of the study."""
    return (DAY0 + timedelta(days=number)).isoformat()


def visits(bench: Bench) -> dict[str, EventRecord]:
    """The visits that belong to the subject."""
    bench.work.forget()
    return {one.event.oid: one for one in read_subject_record(bench.work, bench.subject, light=True).events}


def planned(bench: Bench) -> dict[str, int]:
    """On which day after the first injection each visit is planned."""
    return {oid: (one.window.target - DAY0).days for oid, one in visits(bench).items() if one.window.target is not None}


def wounds(bench: Bench, healed: Mapping[str, tuple[int, str]]) -> None:
    """What was seen of the target ulcer at visits: on which day, and whether it was healed."""
    for visit, (number, answer) in healed.items():
        bench.type({"WNDDAT": day(number), "WNDHEAL": answer}, Spot("WND", visit))


def week12(bench: Bench, **answers: str) -> None:
    """The header of week 12, on its day."""
    bench.type({"SVOCCUR": "Y", "VISDAT": day(84), **answers}, _ANYWHERE)


@pytest.mark.parametrize("anchor,later", [("FIRST_INJECTION", 0), ("LAST_INJECTION", 7)])
def test_the_anchor_moves_what_follows_the_injections_and_nothing_else(stories: Stories, anchor: str, later: int) -> None:
    """Two injections were given, on days 0 and 7; screening and sessions count from the first, follow-up from the anchor."""
    with stories.copy("week1", NOW, {"anchor": anchor}) as bench:
        bench.type({"EXPERF": "Y"}, Spot("INJ", "W1"))
        found = planned(bench)
        assert {visit: found[visit] for visit in ("SCR", "D0", "W1", "W2")} == {"SCR": -28, "D0": 0, "W1": 7, "W2": 14}
        assert {visit: found[visit] - later for visit in ("W3", "W4", "W12")} == {"W3": 21, "W4": 28, "W12": 84}
        bench.type({"SVOCCUR": "Y", "VISDAT": day(14)}, Spot("SV", "W2"))
        window = visits(bench)["W3"].window
        said = [bench.shown(bench.key(f"SV.{item}@W2", _ANYWHERE)) for item in ("SVNEXT", "SVNEXTEN")]
        assert said == [str(window.earliest), str(window.latest)]


def test_the_extension_ends_when_the_healing_is_confirmed(stories: Stories) -> None:
    """Seen healed in week 13 and still in week 15: no visit is planned after that day; an ulcer that is open after all brings them back."""
    with stories.copy("week1", NOW, {}) as bench:
        wounds(bench, {"W12": (84, "N")})
        assert "W13" not in visits(bench)
        week12(bench, EXT24="Y", EXT24RS="still open")
        assert {f"W{week}" for week in range(13, 25)} <= set(visits(bench))
        wounds(bench, {"W13": (91, "Y"), "W14": (98, "Y")})
        assert "W24" in visits(bench), "a week is too early to confirm"
        wounds(bench, {"W15": (105, "Y")})
        assert [bench.shown(bench.key(f"WND.WNDCONF@{visit}", _ANYWHERE)) for visit in ("W13", "W14", "W15")] == ["N", "N", "Y"]
        assert {visit for visit in visits(bench) if visit.startswith("W") and len(visit) == 3} == {"W10", "W11", "W12", "W13", "W14", "W15"}
        wounds(bench, {"W15": (105, "N")})
        assert "W24" in visits(bench)


def test_without_confirmation_the_first_healed_visit_ends_the_extension(stories: Stories) -> None:
    """The parameter is the site's."""
    with stories.copy("week1", NOW, {"healing_confirmation": "N"}) as bench:
        wounds(bench, {"W12": (84, "N")})
        week12(bench, EXT24="Y", EXT24RS="still open")
        wounds(bench, {"W13": (91, "Y")})
        assert "W14" not in visits(bench)
        assert "HC" not in visits(bench)


ENDINGS: dict[str, tuple[dict[str, tuple[int, str]], dict[str, str], dict[str, str], set[str]]] = {
    "not healed, not extended": ({"W12": (84, "N")}, {"EXT24": "N", "EXT24RS": "far away"}, {}, {"W12"}),
    "not healed, extended": ({"W12": (84, "N")}, {"EXT24": "Y", "EXT24RS": "still open"}, {}, {"W24"}),
    "healed early and confirmed": ({"W6": (42, "Y"), "HC": (56, "Y"), "W12": (84, "Y")}, {}, {}, {"W12"}),
    "seen healed only at week 12": ({"W12": (84, "Y")}, {}, {}, {"HC"}),
    "seen healed at week 12, no confirmation asked": ({"W12": (84, "Y")}, {}, {"healing_confirmation": "N"}, {"W12"}),
    "healed in the extension": ({"W12": (84, "N"), "W13": (91, "Y"), "HC": (105, "Y")}, {"EXT24": "Y", "EXT24RS": "still open"}, {}, {"HC"}),
    "open again at the confirmation": ({"W12": (84, "N"), "W13": (91, "Y"), "HC": (105, "N")}, {"EXT24": "Y", "EXT24RS": "still open"}, {}, {"W24"}),
}
"""What was seen, the answers at week 12, parameters of the site, and where the completion form stands."""


@pytest.mark.parametrize("seen,answers,parameters,places", ENDINGS.values(), ids=ENDINGS)
def test_the_completion_form_stands_at_the_last_planned_visit(
    stories: Stories, seen: dict[str, tuple[int, str]], answers: dict[str, str], parameters: dict[str, str], places: set[str]
) -> None:
    """There, and there alone, it is required."""
    with stories.copy("week1", NOW, parameters) as bench:
        wounds(bench, seen)
        week12(bench, **answers)
        found = {oid for oid, one in visits(bench).items() if any(form.form.oid == "DS" and not form.optional for form in one.forms)}
        assert found == places


def test_only_the_investigator_answers_what_is_his(stories: Stories) -> None:
    """Criteria answered on history forms, and decisions the specification leaves to him, are refused to the coordinator (decisions 9)."""
    theirs = {
        "DFH.DFDIAG@SCR": "N", "ELH.COAGD_MHOCCUR@SCR": "Y", "ELH.LEGEXT@SCR": "Y", "ELH.PSYCH_MHOCCUR@SCR": "Y", "SV.EXT24@W12": "Y",
        "SV.EXT24RS@W12": "still open",
    }  # fmt: skip
    with stories.copy("week1", NOW, {}) as bench:
        wounds(bench, {"W12": (84, "N")})
        week12(bench)
        for text, value in theirs.items():
            outcome = bench.type_as_coordinator({text: value}, _ANYWHERE)
            assert [one.code for one in outcome.problems.values()] == ["role"], text
            assert bench.type({text: value}, _ANYWHERE).stored, text
