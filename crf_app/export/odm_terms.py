"""The vocabulary our ODM files bring along: code lists of flags.

Part of the file format, so it is not in the catalogue of words and does not change with the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crf_app.admin.roles import ROLE_TEXTS
from crf_app.clinical.queries import SYSTEM, Act, QueryState
from crf_app.clinical.record import EventStatus, FormStatus
from crf_app.study.texts import Text

FLAG_TYPE = "CLX.FLAG_TYPE"
MISSING = "CLX.MISSING"
OPERATOR = "CLX.OPERATOR"
STATUS = "CLX.DERIVATION_STATUS"
CODE = "CLX.DERIVATION_CODE"
FLAG = "CLX.DERIVATION_FLAG"
FORM_STATUS = "CLX.FORM_STATUS"
EVENT_STATUS = "CLX.EVENT_STATUS"
SUBJECT_STATE = "CLX.SUBJECT_STATE"
MARK = "CLX.MARK"
QUERY_STATE = "CLX.QUERY_STATE"
QUERY_ORIGIN = "CLX.QUERY_ORIGIN"
QUERY_ACT = "CLX.QUERY_ACT"

NAMES: Mapping[str, Text] = {
    FLAG_TYPE: Text("Kind of flag", "标记类别"),
    MISSING: Text("Reason why there is no value", "缺失原因代码"),
    OPERATOR: Text("Operator before a number", "数值前的符号"),
    STATUS: Text("Outcome of a derivation", "推导结果状态"),
    CODE: Text("Why a derivation gave no value", "推导无结果的原因"),
    FLAG: Text("Remark on a derived value", "推导值的提示"),
    FORM_STATUS: Text("Status of a form", "表单状态"),
    EVENT_STATUS: Text("Status of a visit", "访视状态"),
    SUBJECT_STATE: Text("State of a subject", "受试者状态"),
    MARK: Text("Mark", "标志"),
    QUERY_STATE: Text("State of a query", "质疑状态"),
    QUERY_ORIGIN: Text("Who raised a query", "质疑提出方"),
    QUERY_ACT: Text("Act on a query", "质疑操作"),
}

_TERMS: Mapping[str, Mapping[str, Text]] = {
    FLAG_TYPE: {
        "MISSING": NAMES[MISSING],
        "DERIVATION_STATUS": NAMES[STATUS],
        "DERIVATION_CODE": NAMES[CODE],
        "DERIVATION_FLAG": NAMES[FLAG],
        "FORM_STATUS": NAMES[FORM_STATUS],
        "EVENT_STATUS": NAMES[EVENT_STATUS],
        "SUBJECT_STATE": NAMES[SUBJECT_STATE],
        "MARK": NAMES[MARK],
        "QUERY_STATE": NAMES[QUERY_STATE],
        "QUERY_ORIGIN": NAMES[QUERY_ORIGIN],
        "QUERY_ACT": NAMES[QUERY_ACT],
    },
    MISSING: {"ND": Text("Not done", "未查"), "UK": Text("Unknown", "不详"), "NA": Text("Not applicable", "不适用")},
    OPERATOR: {"<": Text("below", "小于"), ">": Text("above", "大于")},
    STATUS: {
        "OK": Text("Computed", "已计算"),
        "MISSING": Text("An input is missing", "缺少输入值"),
        "ERROR": Text("Cannot be computed", "无法计算"),
        "NA": Text("Does not apply", "不适用"),
    },
    CODE: {},
    FLAG: {},
    FORM_STATUS: {
        FormStatus.NOT_STARTED: Text("Not started", "未开始"),
        FormStatus.IN_PROGRESS: Text("In progress", "录入中"),
        FormStatus.COMPLETE: Text("Complete", "已完成"),
        FormStatus.NOT_DONE: Text("Not done", "未做"),
        FormStatus.NOT_APPLICABLE: Text("Not applicable", "不适用"),
    },
    EVENT_STATUS: {
        EventStatus.PLANNED: Text("Planned", "计划中"),
        EventStatus.DUE: Text("Due", "到期"),
        EventStatus.OVERDUE: Text("Overdue", "逾期"),
        EventStatus.STARTED: Text("Started", "已开始"),
        EventStatus.DONE: Text("Done", "已完成"),
        EventStatus.MISSED: Text("Missed", "缺访"),
        EventStatus.CANCELLED: Text("Cancelled", "已取消"),
        EventStatus.NOT_APPLICABLE: Text("Not applicable", "不适用"),
    },
    SUBJECT_STATE: {},
    MARK: {
        "SYNTHETIC": Text("Synthetic data, no real person", "合成数据，并非真实受试者"),
        "LEDGER_HEAD": Text("Head of the ledger at the time of export", "导出时账本的末条记录"),
        "STORED_TEXT": Text(
            "Holds characters that XML cannot: the comment gives the stored text as JSON",
            "含 XML 不允许的字符：备注以 JSON 给出原文",
        ),
        "LINK": Text("The first record refers to the second", "前一条记录引用后一条"),
        "SIGNATURE": Text("A further or void signature", "其他或已失效的签名"),
        "PREFILLED": Text("Offered by the program, not changed by a person", "由程序预填，未经人工更改"),
        "CORRECTED": Text("Changed after the form was first complete", "表单首次完成后更正"),
    },
    QUERY_STATE: {
        QueryState.OPEN: Text("Open", "待答复"),
        QueryState.ANSWERED: Text("Answered", "已答复"),
        QueryState.CLOSED: Text("Closed", "已关闭"),
        QueryState.CANCELLED: Text("Cancelled", "已取消"),
    },
    QUERY_ORIGIN: {SYSTEM: Text("The program, by a check of the study", "系统（研究核查规则）"), **{str(role): name for role, name in ROLE_TEXTS.items()}},
    QUERY_ACT: {
        Act.OPEN: Text("Asked", "提出"),
        Act.ANSWER: Text("Answered", "答复"),
        Act.COMMENT: Text("Remarked", "备注"),
        Act.CLOSE: Text("Closed", "关闭"),
        Act.AUTO_CLOSE: Text("Closed by the program: the cause has gone", "系统关闭：原因已消除"),
        Act.REOPEN: Text("Reopened", "重新打开"),
        Act.CANCEL: Text("Cancelled", "取消"),
        Act.ASSIGN: Text("Assigned, or its priority set", "指派或设定优先级"),
        Act.MUTE: Text("Not to be asked again here", "此处不再询问"),
        Act.UNMUTE: Text("To be asked again here", "此处恢复询问"),
        Act.RESTATE: Text("Worded anew by the program", "系统更新表述"),
    },
}


def terms(oid: str, seen: Iterable[str] = ()) -> Mapping[str, Text]:
    """The members of a list of ours, and those `seen` in the data that it does not name (their code is their text)."""
    known = _TERMS[oid]
    return {**known, **{code: Text(code, code) for code in sorted(set(seen) - set(known))}}
