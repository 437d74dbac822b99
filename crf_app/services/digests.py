"""What a signature covers, as one number: values, units, labels, form version, attachments."""

from __future__ import annotations

import hashlib
import json

from crf_app.clinical.casebook import Casebook, FormMeta
from crf_app.clinical.keys import FormKey
from crf_app.clinical.values import Value
from crf_app.study.definition import ItemDef, StudyDef

_UNKNOWN = FormMeta()


def form_digest(study: StudyDef, casebook: Casebook, form: FormKey) -> str:
    """SHA-256 over all that is read on a form (21 CFR 11.70): its place, version and words, each value with its unit, words and missing reason.

    A photograph or file counts by its content: its value is the SHA-256 of it. Removed rows do not count, nor do blanks, so that an
    item which was cleared and one that never held anything are the same.
    """
    definition = study.forms[form.form]
    version = casebook.form_meta.get(form, _UNKNOWN).form_version or definition.version
    content = [form.form_address, form.subject, version, definition.name.en, definition.name.zh]
    for (group, row, oid), value in sorted(casebook.forms.get(form, {}).items()):
        if (form, group, row) not in casebook.deleted and not value.is_blank:
            parts = [group, row, oid, *_words(definition.index.get(oid), value), value.operator, value.text, value.unit, value.standard, value.standard_unit]
            content.append(json.dumps([*parts, value.missing, value.reason], ensure_ascii=False))
    return hashlib.sha256("\n".join(content).encode()).hexdigest()


def _words(item: ItemDef | None, value: Value) -> list[str]:
    """The label, and the words of the codes chosen: what the reader saw instead of the code."""
    if item is None:
        return []
    chosen = [item.code(one) for one in value.text.split(";")] if item.codes and value.text else []
    return [item.label.en, item.label.zh, *(word for one in chosen if one is not None for word in (one.text.en, one.text.zh))]
