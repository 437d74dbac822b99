"""The randomised trials at the window, by keyboard, in Chinese: what differs by arm.

Consent and screening, eligibility confirmed in place, the allocation, the treatment of that arm, a follow-up with the neuropathy score and
nerve conduction, an adverse event, the casebook printed.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication

from crf_app.clinical.schedule import event_forms
from crf_app.paths import forms_folder
from crf_app.services.demo.conventional import pages as conventional
from crf_app.services.demo.conventional.story import Story as CellStory
from crf_app.services.demo.neuropathy import pages as neuropathy
from crf_app.services.demo.neuropathy.story import Story as InfusionStory
from crf_app.services.demo.pages import Visit, vitals, vitals_after
from crf_app.services.demo.trials import DEMONSTRATIONS
from crf_app.services.endpoints import read_endpoints
from tests.journeys.conftest import new_site
from tests.journeys.randomised import Paper, Trial, sponsors_list
from tests.journeys.study_nurse import Nurse
from tests.journeys.walk import CONSENT, DAY0
from tests.once import study_of

INFUSIONS = 15
FOLLOW_UP = Visit("W12", DAY0 + timedelta(days=84), 84)


def _endpoints(nurse: Nurse) -> dict[str, str]:
    return {one.definition.oid: one.value.text for one in read_endpoints(nurse.work, nurse.hands.subject)}


def _treatment_forms(nurse: Nurse, event: str) -> set[str]:
    run = nurse.work.run(nurse.hands.subject)
    return {key.form for key, _ in event_forms(run, nurse.work.study.event(event), 1)} & {"INJ", "LAINF"}


def test_infusions_of_trial_b(tmp_path: Path, qapp: QApplication) -> None:
    """The arm without cells: its infusion log and no injection; 15 infusions are 9000 mg."""
    study = study_of(forms_folder() / "NCT05507697" / "1.0")
    trial_of = DEMONSTRATIONS[study.oid]
    with new_site(tmp_path, qapp, study, {oid: trial_of.chosen.get(oid, "") for oid in trial_of.confirmed}, sponsors_list(7, "LA", "MSC", "MSC", "LA", "MSC", "LA")) as site:
        nurse = site.log_in()
        nurse.new_subject(f"{CONSENT:%Y%m%d}")
        trial = Trial(nurse, Paper(neuropathy.page, InfusionStory.answers, "BL", "LA"))
        trial.screen()
        before = Visit("BL", DAY0 - timedelta(days=1), -1)
        nurse.at(before.day, 9)
        trial.visit(before, trial.forms("BL"))
        trial.confirm("BL")
        assert _treatment_forms(nurse, "T0") == {"INJ", "LAINF"}
        trial.allocate()
        assert _treatment_forms(nurse, "T0") == {"LAINF"}
        visit = Visit("T0", DAY0, 0, injection=True)
        nurse.at(visit.day, 10)
        trial.visit(visit, ["SV", "CTC"])
        for row in range(1, INFUSIONS + 1):
            nurse.at(DAY0 + timedelta(days=row - 1), 11)
            nurse.open("T0", "LAINF")
            nurse.fill(neuropathy.infusion(trial.subject, visit, row, given=True, reaction=False))
        nurse.complete()
        nurse.at(FOLLOW_UP.day, 10)
        trial.visit(FOLLOW_UP, ["SV", "VS", "NCS", "TCSS"], adverse="Y")
        trial.adverse_event("上呼吸道感染", DAY0 + timedelta(days=40), DAY0 + timedelta(days=43), {"AEREL": "NOT RELATED"})
        printed = nurse.print_casebook(tmp_path / "casebook.pdf")
        assert "上呼吸道感染" in printed
        found = _endpoints(nurse)
        assert (found["ARMA"], found["LADOSE"], found["LACONS"], found["TCSSCHG_W12"], found["MSCCELL"]) == ("LA", "9000", "Y", "0", "")


def test_cells_of_trial_c(tmp_path: Path, qapp: QApplication) -> None:
    """The arm with cells: the first session at the window behind its gate, points on the drawing of the legs."""
    study = study_of(forms_folder() / "NCT07183761" / "1.0")
    trial_of = DEMONSTRATIONS[study.oid]
    with new_site(tmp_path, qapp, study, {oid: trial_of.chosen.get(oid, "") for oid in trial_of.confirmed}, sponsors_list(35, "EXP", "CON", "CON", "EXP")) as site:
        nurse = site.log_in()
        nurse.new_subject(f"{CONSENT:%Y%m%d}")
        trial = Trial(nurse, Paper(conventional.page, CellStory.answers, "RND", "EXP"))
        trial.screen()
        before = Visit("RND", DAY0 - timedelta(days=1), -1)
        nurse.at(before.day, 9)
        trial.visit(before, ["SV"])
        trial.confirm("RND")
        trial.allocate()
        assert _treatment_forms(nurse, "D0") == {"INJ"}
        visit = Visit("D0", DAY0, 0, injection=True)
        nurse.at(visit.day, 10)
        trial.visit(visit, ["SV", "TCSS", "CTC"])
        nurse.open("D0", "INJ")
        nurse.fill(neuropathy.product(visit, trial.random, conventional.VOLUME))
        nurse.at(visit.day, 10, 55)
        nurse.fill(conventional.injection(trial.subject, visit))
        nurse.at(visit.day, 12)
        assert nurse.value("D0", "INJ", "INJNPT") == str(2 * conventional.POINTS_A_SIDE)
        nurse.open("D0", "VS")
        nurse.fill(vitals(trial.subject, visit) | vitals_after(trial.subject, neuropathy.AFTER))
        nurse.complete()
        nurse.open("D0", "INJ")
        nurse.complete()
        nurse.at(FOLLOW_UP.day, 10)
        trial.visit(FOLLOW_UP, ["SV", "VS", "NCS", "TCSS"], adverse="Y")
        judged = {"AEREL": "PROBABLE", "AERELPRO": "PROBABLE", "AEEXP": "EXPECTED"}
        trial.adverse_event("注射部位瘀斑", DAY0 + timedelta(days=1), DAY0 + timedelta(days=4), judged)
        printed = nurse.print_casebook(tmp_path / "casebook.pdf")
        assert "注射部位瘀斑" in printed
        found = _endpoints(nurse)
        assert (found["ARMA"], found["TCSSCHG_W12"], found["CELLREL_G1"], found["CELLREL_AE"]) == ("EXP", "-1", "1", "Y")
