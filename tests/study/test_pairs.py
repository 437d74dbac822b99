"""Items that share a line."""

from __future__ import annotations

import pytest

from crf_app.study.definition import ItemDef, ItemType
from crf_app.study.pairs import LEFT, RIGHT, paired, part_labels, shared_label
from crf_app.study.texts import Text


def _item(oid: str, en: str, zh: str, pair: str = "") -> ItemDef:
    return ItemDef(oid, "ABI", "G", Text(en, zh), ItemType.INT, pair=pair)


def test_right_stands_before_left_and_the_others_keep_their_order() -> None:
    left = _item("P_L", "Pressure, left", "左侧压力", "P_R")
    right = _item("P_R", "Pressure, right", "右侧压力", "P_L")
    date, alone = _item("DAT", "Date", "日期"), _item("X", "Pain", "疼痛", "GONE")
    lines = paired((date, left, right, alone))
    assert [tuple(one.oid for one in line) for line in lines] == [("DAT",), ("P_R", "P_L"), ("X",)]


def test_one_partner_naming_the_other_is_enough() -> None:
    first, second = _item("A", "Pain: how strong", "疼痛：程度"), _item("B", "Pain: how often", "疼痛：频率", "A")
    assert paired((first, second)) == [(first, second)]


@pytest.mark.parametrize(
    ("first", "second", "shared", "parts"),
    [
        (("Knee reflex, right", "右膝反射"), ("Knee reflex, left", "左膝反射"), Text("Knee reflex", "膝反射"), (RIGHT, LEFT)),
        (("Knee (right)", "膝（右侧）"), ("Knee (left)", "膝（左侧）"), Text("Knee", "膝"), (RIGHT, LEFT)),
        (("Left band", "左侧分级"), ("Right band", "右侧分级"), Text("band", "分级"), (LEFT, RIGHT)),
        (
            ("Numbness (feet): intensity", "麻木(足部)：程度"),
            ("Numbness (feet): interval", "麻木(足部)：频率"),
            Text("Numbness (feet)", "麻木(足部)"),
            (Text("intensity", "程度"), Text("interval", "频率")),
        ),
        (("Height", "身高"), ("Weight", "体重"), Text("Height", "身高"), (Text("Height", "身高"), Text("Weight", "体重"))),
    ],
)  # fmt: skip
def test_what_both_say_and_what_tells_them_apart(
    first: tuple[str, str], second: tuple[str, str], shared: Text, parts: tuple[Text, Text]
) -> None:
    items = _item("A", *first), _item("B", *second)
    assert shared_label(*items) == shared
    assert part_labels(*items) == parts
