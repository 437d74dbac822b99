"""The annex of acts: what was done with forms, in words."""

from __future__ import annotations

import re
from pathlib import Path

from crf_app import services
from crf_app.clinical.queries import ACT_RIGHTS
from crf_app.words import Words

_NOT_OF_A_SUBJECT = {
    "activate_study_version", "add_user", "amendment_report", "carry_over_queries", "change_password", "export", "export_queries", "import_ranges", "load_dictionary",
    "load_study_version", "lock", "log_in", "log_out", "migrate", "pass_on_allocation_key", "print_certificate", "put_site_row", "set_parameter", "set_scan_aside",
    "set_time_stamp", "store_allocation_list",
}  # fmt: skip


def test_every_act_on_a_subject_has_words(words: Words) -> None:
    """The annex of acts says in both languages what the ledger calls by a name of its own."""
    sources = [one.read_text(encoding="utf-8") for one in Path(services.__file__).parent.rglob("*.py")]
    named = {name for text in sources for name in re.findall(r'\.command\("(\w+)"', text)}
    named |= {f"{act}_query" for act in ACT_RIGHTS}
    named |= {"close_queries", "review", "freeze_record", "unfreeze_record", "lock_record", "unlock_record"}
    assert {"sign", "see_form", "answer_query"} <= named
    assert [name for name in sorted(named - _NOT_OF_A_SUBJECT) if not words.has(f"pdf.act.{name}")] == []
