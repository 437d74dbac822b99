"""How the columns, tests and codes of a laboratory's file are recognised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crf_app.study.definition import FormDef, ItemDef, StudyDef
from crf_app.study.units import canonical_unit, display_unit

_SUFFIX = "_LBORRES"
RESULT_FIELDS = ("subject", "date", "time", "visit", "test", "result", "unit", "laboratory", "specimen")
RANGE_FIELDS = ("laboratory", "test", "unit", "sex", "from_age", "to_age", "low", "high", "interval", "valid_from", "valid_to")
FIELDS: Mapping[str, tuple[str, ...]] = {"results": RESULT_FIELDS, "ranges": RANGE_FIELDS}
_WORDS: Mapping[str, str] = {
    "subject": "subject|subject id|subjid|subject number|usubjid|patient|受试者|受试者编号|受试者号|入组号|筛选号",
    "date": "date|sampling date|sample date|collection date|lbdat|lbdtc|date of sampling|采样日期|采集日期|采样时间|采集时间|标本采集时间|检验日期|日期",
    "time": "time|sampling time|lbtim",
    "visit": "visit|visit name|event|访视|访视名称|访视期",
    "test": "test|test code|analyte|parameter|item|lbtest|lbtestcd|检验项目|项目|项目名称|检测项目|项目代码|检验项目名称|指标",
    "result": "result|value|lborres|结果|检验结果|检测结果|结果值|测定值",
    "unit": "unit|units|lborresu|单位|结果单位",
    "laboratory": "laboratory|lab|lbnam|实验室|检验室|检测机构|检验机构",
    "specimen": "specimen|specimen number|sample id|lbrefid|标本号|条码号|样本号|标本编号",
    "sex": "sex|gender|性别",
    "from_age": "age from|from age|minimum age|年龄下限|起始年龄|年龄起",
    "to_age": "age to|to age|maximum age|年龄上限|截止年龄|年龄止",
    "low": "low|lower|lower limit|lln|lbornrlo|下限|参考下限|低值",
    "high": "high|upper|upper limit|uln|lbornrhi|上限|参考上限|高值",
    "interval": "range|reference|reference range|reference interval|参考区间|参考范围|参考值",
    "valid_from": "valid from|from|effective|effective date|生效日期|启用日期|有效期起",
    "valid_to": "valid to|until|end date|失效日期|停用日期|有效期止",
}
_FIELD_OF: Mapping[str, Mapping[str, str]] = {
    kind: {word: name for name in fields for word in _WORDS[name].split("|")} for kind, fields in FIELDS.items()
}
_SEXES: Mapping[str, str] = {
    "m": "M", "male": "M", "男": "M", "男性": "M", "f": "F", "female": "F", "女": "F", "女性": "F",
    "": "ALL", "all": "ALL", "both": "ALL", "any": "ALL", "不限": "ALL", "男女": "ALL", "全部": "ALL", "通用": "ALL",
}  # fmt: skip
_SIGNS: Mapping[str, str] = {
    "阴性": "NEG", "阴性(-)": "NEG", "(-)": "NEG", "-": "NEG", "neg": "NEG", "negative": "NEG", "non-reactive": "NEG", "nonreactive": "NEG", "无反应性": "NEG",
    "阳性": "POS", "阳性(+)": "POS", "(+)": "POS", "+": "POS", "pos": "POS", "positive": "POS", "reactive": "POS", "有反应性": "POS",
    "弱阳性": "IND", "可疑": "IND", "灰区": "IND", "±": "IND", "+-": "IND", "indeterminate": "IND", "borderline": "IND",
}  # fmt: skip
_SAME_UNITS: Mapping[str, str] = {"iu/l": "u/l", "percent": "%", "sec": "s", "秒": "s"}
_BRACKETS = re.compile(r"[\[(（【]([^\[\]()（）【】]*)[\])）】]")


def folded(text: str) -> str:
    """A name for comparing: full-width signs as ASCII, small letters, one blank between words, no star or colon around."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("_", " ")
    return " ".join(plain.split()).strip("*: ")


def field_of(kind: str, column: str) -> str:
    """The field that a column's name means, "" when it says none."""
    known = _FIELD_OF[kind]
    return known.get(folded(column)) or known.get(folded(_BRACKETS.sub("", unicodedata.normalize("NFKC", column)))) or ""


def sex_of(text: str) -> str | None:
    """M, F or ALL; None for what is none."""
    return _SEXES.get(folded(text))


def qualitative(text: str) -> str | None:
    """NEG, POS or IND for a word such as 阴性; None when it is none."""
    return _SIGNS.get(unicodedata.normalize("NFKC", text).strip().casefold())


def unit_of(item: ItemDef, text: str) -> str | None:
    """The unit of an item that a laboratory means by `text` (×10⁹/L, 10*9/L, IU/L); None for one that the item does not have."""
    wanted = _plain_unit(text)
    for one in (item.unit, *item.units):
        if wanted in (_plain_unit(one), _plain_unit(display_unit(one, item.test))) or canonical_unit(text) == canonical_unit(one):
            return one
    return None


def _plain_unit(text: str) -> str:
    """Powers, multiplication signs, micro and blanks in one spelling."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("μ", "u").replace(" ", "")
    plain = re.sub(r"\A[×x*]?10[\^*e]?(?=(?:9|12)/)", "10^", plain)
    return _SAME_UNITS.get(plain, plain)


@dataclass(frozen=True, slots=True)
class Test:
    """A test that the study collects: its code and the forms that ask it, with the item of each."""

    code: str
    places: tuple[tuple[FormDef, ItemDef], ...]

    __test__ = False  # a laboratory test, nothing that pytest should collect

    @property
    def item(self) -> ItemDef:
        """The item of its first form: all of them are of one kind."""
        return self.places[0][1]


@dataclass(frozen=True)
class TestNames:
    """The tests of a study by code, and the names by which files call them."""

    tests: Mapping[str, Test]
    names: Mapping[str, str]

    __test__ = False

    def find(self, text: str) -> tuple[str, str]:
        """Test code and unit in brackets of a name such as WBC(10^9/L); ("", "") for an unknown one."""
        whole = folded(text)
        if whole in self.names:
            return self.names[whole], ""
        plain = unicodedata.normalize("NFKC", text)
        inner = _BRACKETS.findall(plain)
        outer = self.names.get(folded(_BRACKETS.sub(" ", plain)), "")
        for part in inner:
            code = self.names.get(folded(part), "")
            if not outer and code:
                return code, ""
        unit = next((part.strip() for part in inner if folded(part) not in self.names), "")
        return (outer, unit) if outer else ("", "")


def names_of_tests(study: StudyDef) -> TestNames:
    """What the laboratory panels of a study ask: every result on a form that names its laboratory."""
    places: dict[str, list[tuple[FormDef, ItemDef]]] = {}
    for form in study.forms.values():
        for item in form.items if "LBNAM" in form.index else ():
            if item.oid.endswith(_SUFFIX):
                places.setdefault(item.oid.removesuffix(_SUFFIX), []).append((form, item))
    tests = {code: Test(code, tuple(found)) for code, found in places.items()}
    names: dict[str, str] = {}
    for test in tests.values():
        for name in _names(test):
            names.setdefault(folded(name), test.code)
    return TestNames(tests, names)


def _names(test: Test) -> Iterator[str]:
    yield test.code
    yield from (f"{test.code}{_SUFFIX}", test.item.label.en, test.item.label.zh)
    for label in (test.item.label.en, test.item.label.zh):
        plain = unicodedata.normalize("NFKC", label)
        yield _BRACKETS.sub("", plain)
        yield from (part for part in _BRACKETS.findall(plain) if re.search(r"[A-Za-z]", part))
