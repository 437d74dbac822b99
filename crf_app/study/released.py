"""A released study version: one self-contained JSON document with its hash (decisions 13)."""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from crf_app.study.definition import FormDef, StudyDef
from crf_app.study.making import collector_paused

FORMAT = 1


def release_bytes(study: StudyDef) -> bytes:
    """The canonical document of a checked study: equal studies give equal bytes."""
    document = {"format": FORMAT, "study": _plain(replace(study, sha256=""))}
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def read_released(content: bytes) -> StudyDef:
    """The study a released document holds, its `sha256` set. Raises ValueError when it is none of this format."""
    with collector_paused():
        document = json.loads(content)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ValueError("not a released study of a known format")
        study: StudyDef = _maker(StudyDef)(document["study"])
    forms = {oid: replace(form, index={item.oid: item for item in form.items}) for oid, form in study.forms.items()}
    return replace(study, forms=forms, sha256=hashlib.sha256(content).hexdigest())


def _plain(value: Any) -> Any:
    """A dataclass as a dictionary of the fields that differ from their defaults; `index` is made anew on reading."""
    if is_dataclass(value):
        found = {}
        for one in fields(value):
            inner = getattr(value, one.name)
            if not one.init or (one.name == "index" and isinstance(value, FormDef)):
                continue
            default = one.default if one.default is not MISSING else one.default_factory() if one.default_factory is not MISSING else MISSING
            if default is MISSING or inner != default:
                found[one.name] = _plain(inner)
        return found
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


@cache
def _maker(kind: Any) -> Callable[[Any], Any]:
    """A function that turns plain JSON into a value of `kind`."""
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _dataclass_maker(kind)
    if origin in (Union, types.UnionType):
        inner = _maker(next(one for one in arguments if one is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        one = _maker(arguments[0])
        return lambda value: tuple(one(part) for part in value)
    if origin is frozenset:
        return frozenset
    if origin is not None and issubclass(origin, Mapping):
        content = _maker(arguments[1])
        return lambda value: {key: content(inner) for key, inner in value.items()}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda value: value


def _dataclass_maker(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    makers = {one.name: _maker(hints[one.name]) for one in fields(kind) if one.init}

    def make(value: Mapping[str, Any]) -> Any:
        return kind(**{name: makers[name](inner) for name, inner in value.items()})

    return make
