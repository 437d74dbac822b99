"""Sentences of the generic findings (content, section 1.4) and of the reasons why a derivation gives no value."""

from __future__ import annotations

from collections.abc import Mapping

from crf_app.study.texts import Text

M_REQ = Text(
    "{label} has not been filled in. Enter a value or choose ND/UK/NA with a reason.", "「{label}」未填写，请填写数值，或选择 ND/UK/NA 并注明原因。"
)
M_HARD = Text("{label}: {value} {unit} is outside the possible range {lo}–{hi} {unit}.", "「{label}」{value}{unit} 超出可能范围 {lo}–{hi}{unit}，请核对。")
M_SOFT = Text("{label}: {value} {unit} is unusual (expected {lo}–{hi}). Please confirm or correct.", "「{label}」{value}{unit} 不常见（预期 {lo}–{hi}），请确认或更正。")
M_DEV = Text(
    "{message} Not allowed by the protocol. If it is true, confirm: a deviation record is prepared.", "{message}不符合方案。如属实请确认，系统将生成方案偏离记录。"
)
M_CALC = Text("{label} cannot be computed: {reason}.", "「{label}」无法计算：{reason}。")
M_EXPECTED = Text("{form} is expected at {visit} and has not been started.", "{visit}应填写{form}，尚未开始。")

REASONS: Mapping[str, Text] = {
    "ZERO_BASELINE": Text("the baseline is zero", "基线值为零"),
    "NON_POSITIVE": Text("a value that must be above zero is not", "应大于零的数值不大于零"),
    "NEGATIVE": Text("a value is negative", "数值为负"),
    "DATE_ORDER": Text("the dates are in the wrong order", "日期先后矛盾"),
    "PARTIAL_DATE": Text("a date is not known exactly enough", "日期不够完整"),
    "CONFLICT": Text("two entries contradict each other", "录入互相矛盾"),
    "RANGE": Text("a value lies outside its list or range", "数值超出允许范围"),
    "DUPLICATE_DATE": Text("two rows have the same date", "日期重复"),
    "INCOMPLETE_ROW": Text("a row is incomplete", "记录行不完整"),
    "LOG_OPEN": Text("the log is still open", "记录尚未完成"),
    "UNIT_NOT_CONVERTIBLE": Text("the unit cannot be converted", "单位无法换算"),
    "PART_GT_WHOLE": Text("a part is larger than the whole", "部分大于整体"),
    "ZERO_DENOMINATOR": Text("it would divide by zero", "分母为零"),
    "ZERO_MARGIN": Text("a row or column is empty", "行或列合计为零"),
    "ARM_OVERFILLED": Text("an arm has more subjects than planned", "该组人数超出计划"),
    "ONE_SYLLABLE": Text("initials need at least two syllables", "姓名缩写至少需要两个音节"),
    "AE_INCOMPLETE": Text("an adverse event lacks relationship or action", "不良事件缺少关系或措施"),
    "CHANGE_DATE_MISSING": Text("a change has no date", "变更缺少日期"),
    "SIRS_INCOMPLETE": Text("temperature, pulse, breathing or white cells are missing", "缺少体温、脉搏、呼吸或白细胞"),
    "TOO_FEW": Text("too few measurements", "测量次数不足"),
    "AGE_UNDER_18": Text("under 18 years", "未满18岁"),
    "HEALED": Text("healed", "已愈合"),
    "STEPS": Text("too many rows to read", "记录行过多"),
}

FLAGS: Mapping[str, Text] = {
    "METHOD_MISMATCH": Text("measured with another method than at baseline", "测量方法与基线不同"),
    "LENGTH_LT_WIDTH": Text("length is less than width", "最长径小于宽径"),
    "VOLUME_EXCEEDS_PRODUCT": Text("more volume than the product held", "注射体积超过制剂体积"),
    "POINT_COUNT_MISMATCH": Text("points counted and points logged differ", "计数与点位记录不一致"),
    "NON_COMPRESSIBLE": Text("artery not compressible", "血管钙化不可压缩"),
    "NO_RESPONSE": Text("no response evoked", "未引出波形"),
    "NON_INTEGER": Text("not a whole number", "非整数"),
}


class _Given(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def filled(text: Text, values_en: Mapping[str, str], values_zh: Mapping[str, str]) -> Text:
    """The sentence with its placeholders filled, one set of values a language; a value that is missing shows as "?"."""
    return Text(text.en.format_map(_Given(values_en)), text.zh.format_map(_Given(values_zh)))
