"""A small sound study as files, to be spoiled one line at a time."""

from __future__ import annotations

from pathlib import Path

FILES: dict[str, str] = {
    "library/codelists.toml": """
[NY]
name = { en = "Yes/No", zh = "是/否" }
codes = [{ code = "Y", en = "Yes", zh = "是" }, { code = "N", en = "No", zh = "否" }]

[SEX]
name = { en = "Sex", zh = "性别" }
codes = [{ code = "M", en = "Male", zh = "男" }, { code = "F", en = "Female", zh = "女" }]

[NRIND]
name = { en = "Flag", zh = "标志" }
codes = [{ code = "LOW", en = "Low", zh = "低" }, { code = "NORMAL", en = "Normal", zh = "正常" }, { code = "HIGH", en = "High", zh = "高" }, { code = "ABNORMAL", en = "Abnormal", zh = "异常" }]

[CLSIG]
name = { en = "Significance", zh = "意义" }
codes = [{ code = "NCS", en = "Not significant", zh = "无意义" }, { code = "CS", en = "Significant", zh = "有意义" }]
""",
    "library/groups.toml": """
[header]
oid = "HEAD"
name = { en = "Sample", zh = "样本" }
[[header.items]]
oid = "LBDAT"
label = { en = "Date", zh = "日期" }
type = "date"
required = true
tags = ["performed_date"]
[[header.items]]
oid = "LBNAM"
label = { en = "Laboratory", zh = "实验室" }
type = "text(20)"
""",
    "library/forms/VS.toml": """
oid = "VS"
version = "1.0"
name = { en = "Vital signs", zh = "生命体征" }
performed = "VSPERF"
date = "VSDAT"

[[groups]]
oid = "VS"
name = { en = "Measurements", zh = "测量" }

[[groups.items]]
oid = "VSPERF"
label = { en = "Done", zh = "是否完成" }
type = "yn"
required = true

[[groups.items]]
oid = "VSDAT"
label = { en = "Date", zh = "日期" }
type = "date"
required = true
tags = ["performed_date"]

[[groups.items]]
oid = "HEIGHT"
label = { en = "Height", zh = "身高" }
type = "dec(4,1)"
unit = "cm"
hard = [50, 275]
soft = [140, 195]

[[groups.items]]
oid = "WEIGHT"
label = { en = "Weight", zh = "体重" }
type = "dec(4,1)"
unit = "kg"
units = ["jin"]
test = "WEIGHT"
required = 'is_blank(HEIGHT)'
show = 'DM.SEX = "M"'

[[groups.items]]
oid = "BMI"
label = { en = "BMI", zh = "体重指数" }
type = "dec(4,1)"
derive = 'D02(H = HEIGHT, W = WEIGHT)'
""",
    "library/forms/DM.toml": """
oid = "DM"
version = "1.0"
name = { en = "Demographics", zh = "人口学" }

[[groups]]
oid = "DM"
name = { en = "Demographics", zh = "人口学" }

[[groups.items]]
oid = "SEX"
label = { en = "Sex", zh = "性别" }
type = "single"
codelist = "SEX"

[[groups.items]]
oid = "INITIALS"
label = { en = "Initials", zh = "缩写" }
type = "text(4)"
pattern = "[A-Z][A-Z]"
switch = "initials"
""",
    "library/forms/LB.toml": """
oid = "LB"
version = "1.0"
name = { en = "Blood count", zh = "血常规" }
include = "header"
date = "LBDAT"

[[groups]]
oid = "LB"
name = { en = "Results", zh = "结果" }
layout = "lab"

[[groups.analytes]]
test = "HGB"
label = { en = "Haemoglobin", zh = "血红蛋白" }
type = "dec(6,0)"
unit = "g/L"
units = ["g/dL"]
hard = [5, 300]
range = { M = [130, 175], F = [115, 150] }
""",
    "library/forms/CM.toml": """
oid = "CM"
version = "1.0"
name = { en = "Medication", zh = "合并用药" }

[[groups]]
oid = "CMQ"
name = { en = "Question", zh = "问题" }
[[groups.items]]
oid = "CMYN"
label = { en = "Any?", zh = "有无" }
type = "yn"

[[groups]]
oid = "CM"
name = { en = "Log", zh = "记录" }
repeating = "log"
layout = "log"
opening = "CMYN"
row_label = ["CMTRT"]
row_number = "CMNO"

[[groups.items]]
oid = "CMNO"
label = { en = "No.", zh = "编号" }
type = "int"
tags = ["row_number"]

[[groups.items]]
oid = "CMTRT"
label = { en = "Drug", zh = "药物" }
type = "text(100)"

[[groups.items]]
oid = "CMSTDAT"
label = { en = "Start", zh = "开始" }
type = "pdate"
tags = ["start"]

[[groups.items]]
oid = "CMENDAT"
label = { en = "End", zh = "结束" }
type = "pdate"
tags = ["end"]
start_item = "CMSTDAT"

[[groups.items]]
oid = "CMLINK"
label = { en = "Reason", zh = "原因" }
type = "link"
links = ["CM.CM"]
""",
    "library/checks.toml": """
[[checks]]
id = "X23"
severity = "HARD"
for_each = "VS.VS"
when = 'HEIGHT < WEIGHT'
at = "HEIGHT"
message = { en = "Height {value} below weight {other}.", zh = "身高 {value} 小于体重 {other}。" }
values = { other = 'WEIGHT' }

[[checks]]
id = "X05"
severity = "STOP"
for_each = "VS"
when = 'DM.SEX = "F"'
gate = ["VS.VSPERF=Y"]
message = { en = "Stopped.", zh = "停止。" }
propose = { form = "CM", CMTRT = "message" }

[[templates]]
id = "X03"
tag = "end"
severity = "HARD"
when = '{item} < {start}'
message = { en = "End before start.", zh = "结束早于开始。" }
""",
    "T/1.0/study.toml": """
oid = "MINI"
version = "1.0"
registry_id = "NCT00000000"
name = { en = "Mini", zh = "小型" }
subject_pattern = "{site}-{seq:003}"
target_enrolment = 3
anchor = 'VS.VSDAT@D0'
first_treatment = 'VS.VSDAT@D0'

[[parameters]]
oid = "initials"
label = { en = "Initials", zh = "缩写" }
type = "yn"
value = "Y"
switch = true

[[parameters]]
oid = "version"
label = { en = "Version", zh = "版本" }
type = "single"
value = "A"
options = [{ code = "A", en = "A", zh = "甲" }, { code = "B", en = "B", zh = "乙" }]
""",
    "T/1.0/schedule.toml": """
[[events]]
oid = "SCR"
name = { en = "Screening", zh = "筛选" }
kind = "scheduled"
day = -7
plus = 6

[[events]]
oid = "D0"
name = { en = "Day 0", zh = "第0天" }
kind = "scheduled"
day = 0

[[events]]
oid = "LOG"
name = { en = "Logs", zh = "日志" }
kind = "log"

[grid]
DM = { required = "SCR" }
VS = { required = "SCR-D0" }
LB = { required = "SCR", optional = "D0" }
CM = { required = "LOG" }
""",
    "T/1.0/eligibility.toml": """
[[criteria]]
oid = "I01"
id = "I-01"
kind = "inclusion"
class = "AUTO"
text = { en = "Man", zh = "男性" }
condition = 'DM.SEX = "M"'
evidence = ["DM.SEX"]
""",
    "library/charts.toml": """
[[charts]]
oid = "BODY"
label = { en = "Body mass index", zh = "体重指数" }
kind = "items"
draw = ["VS.BMI"]
beside = ["VS.WEIGHT"]
scale = [10, 60.5]
bands = [{ low = 18.5, high = 24, label = { en = "Normal", zh = "正常" } }]
marks = [{ at = 28, label = { en = "Obese", zh = "肥胖" } }]

[[charts]]
oid = "SCORE"
label = { en = "Score", zh = "评分" }
kind = "items"
needs = ["TCSS"]
draw = ["TCSS.TOTAL"]
""",
    "T/1.0/charts.toml": """
[[charts]]
oid = "LABORATORY"
label = { en = "Laboratory", zh = "实验室" }
kind = "laboratory"

[[charts]]
oid = "DRUGS"
label = { en = "Drugs", zh = "用药" }
kind = "events"
rows = "CM.CM"
named = "CMTRT"
""",
    "library/endpoints.toml": """
[[endpoints]]
oid = "TREATED"
label = { en = "Treated", zh = "已治疗" }
type = "yn"
derive = 'if present(first_treatment) then "Y" else "N"'

[[endpoints]]
oid = "RANDOMISED"
label = { en = "Randomised", zh = "已随机" }
type = "yn"
needs = ["RND"]
derive = 'if present(RND.ARM@LAST) then "Y" else "N"'
""",
    "T/1.0/endpoints.toml": """
[[endpoints]]
oid = "BMI_{visit}"
label = { en = "BMI at {visit}", zh = "{visit}体重指数" }
type = "dec(4,1)"
each = { visit = "SCR-D0" }
derive = 'VS.BMI@WIN_{visit}'

[[endpoints]]
oid = "IS_{sex}"
label = { en = "Sex: {sex}", zh = "性别：{sex}" }
type = "yn"
each = { sex = { item = "DM.SEX", codes = ["M", "F"] } }
derive = 'if endpoint("TREATED") = "N" then blank() else if DM.SEX@LAST = "{sex}" then "Y" else "N"'

[[summaries]]
oid = "MEN"
label = { en = "Men", zh = "男性" }
count = "IS_M"
of = "TREATED"
""",
    "T/1.0/overrides.toml": """
[forms.VS.items.HEIGHT]
required = true
""",
}


def write_study(root: Path, changes: dict[str, tuple[str, str]] | None = None) -> Path:
    """Write the study below `root`, with one text replaced in each file named in `changes`; returns its folder.

    Raises ValueError when a text to be replaced does not stand in its file exactly once.
    """
    for name, content in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        old, new = (changes or {}).get(name, ("", ""))
        if old and content.count(old) != 1:
            raise ValueError(f"{old!r} stands {content.count(old)} times in {name}")
        path.write_text(content.replace(old, new) if old else content, encoding="utf-8")
    return root / "T" / "1.0"
