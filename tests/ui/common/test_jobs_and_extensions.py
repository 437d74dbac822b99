"""Jobs that use extensions made with pybind11 one after the other in the same pool."""

from __future__ import annotations

import io

import pikepdf
from pytestqt.qtbot import QtBot

from crf_app.pdf.archive import archived
from crf_app.ui.common.jobs import Jobs, Report


def _blank() -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_second_job_does_not_wait_for_itself(qtbot: QtBot) -> None:
    """Pikepdf remembers the state of the interpreter by thread; a pool thread has another one for each job."""
    jobs, content = Jobs(), _blank()

    def work(_report: Report) -> bytes:
        keep = [bytearray(800) for _ in range(200)]  # so that the next state is not made where the last one was
        made = archived(content)
        return made if keep else b""

    for _ in range(5):
        job = jobs.make(work)
        with qtbot.waitSignal(job.finished, timeout=20_000):
            jobs.start(job)
    jobs.stop()
