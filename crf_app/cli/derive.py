"""crf-app derive CASES.json: worked examples through the registry that the forms use."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import asdict

from crf_app.cli.terminal import Terminal
from crf_app.study.derivation_cases import run_cases


def derive(given: Namespace, terminal: Terminal) -> int:
    """Each failure, and last "N passed, M failed" (the same words in every language: scripts read them)."""
    report = run_cases(given.cases)
    if given.json:
        failures = [asdict(one) for one in report.failures]
        terminal.say(json.dumps({"passed": report.passed, "failed": report.failed, "failures": failures}, ensure_ascii=False, indent=1))
    else:
        for failure in report.failures:
            terminal.say(str(failure))
        terminal.say(f"{report.passed} passed, {report.failed} failed")
    return int(report.failed > 0)
