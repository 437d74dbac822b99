"""Small helpers around lxml: names in the ODM namespace, texts in two languages."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from crf_app.export.odm_markup import legal
from crf_app.study.texts import Text

NAMESPACE = "http://www.cdisc.org/ns/odm/v1.3"
LANGUAGES = (("en", "en"), ("zh", "zh-CN"))
NAMESPACES: dict[str | None, str] = {None: NAMESPACE}

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def tag(name: str) -> str:
    """`name` in the namespace of ODM 1.3."""
    return f"{{{NAMESPACE}}}{name}"


def root(name: str, attributes: Mapping[str, str]) -> etree._Element:
    """A free element whose children need no prefix."""
    made = etree.fromstring(f'<{name} xmlns="{NAMESPACE}"/>')
    for attribute, value in attributes.items():
        made.set(attribute, legal(value))
    return made


def child(
    parent: etree._Element, name: str, attributes: Mapping[str, str] | None = None, text: str = ""
) -> etree._Element:
    """A new last child of `parent`; texts are made legal first."""
    made = etree.SubElement(parent, tag(name), _legal_all(attributes or {}))
    if text:
        made.text = legal(text)
    return made


def translated(parent: etree._Element, name: str, text: Text, fallback: str = "") -> etree._Element:
    """A child `name` with a TranslatedText per language; the schema asks for one: `fallback`, if need be."""
    made = child(parent, name)
    given = [(lang, text.get(ours)) for ours, lang in LANGUAGES if text.get(ours)]
    for lang, words in given or [("en", fallback)]:
        child(made, "TranslatedText", {_XML_LANG: lang}, words)
    return made


def _legal_all(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: legal(value) for name, value in attributes.items()}
