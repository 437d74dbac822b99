"""A file is read in a process of its own: every encoding, every refusal with its place, and limits that hold."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crf_app.errors import ExpectedError
from crf_app.imports.child import read_content
from crf_app.imports.reading import FileContent, read_file, read_table
from crf_app.imports.sheet import MOST_BYTES, RefusedFile, column_name
from tests.imports.files import package, xls, xlsx

TEXT = "受试者编号,检验项目,结果\n01-001,白细胞,<0.5\n01-001,乙肝表面抗原,阴性\n"
ROWS = [("受试者编号", "检验项目", "结果"), ("01-001", "白细胞", "<0.5"), ("01-001", "乙肝表面抗原", "阴性")]


@pytest.mark.parametrize(
    ("encoding", "mark", "said"),
    [
        ("utf-8", b"", "UTF-8"), ("utf-8", b"\xef\xbb\xbf", "UTF-8"), ("gb18030", b"", "GB18030"), ("utf-16-le", b"\xff\xfe", "UTF-16"),
        ("utf-16-be", b"\xfe\xff", "UTF-16"), ("utf-16-le", b"", "UTF-16"), ("utf-16-be", b"", "UTF-16"),
    ],
)  # fmt: skip
def test_each_encoding_gives_the_same_table(encoding: str, mark: bytes, said: str) -> None:
    sheet = read_content(mark + TEXT.encode(encoding))
    assert [row.cells for row in sheet.rows] == ROWS
    assert (sheet.encoding, sheet.faults) == (said, ())


@pytest.mark.parametrize("sign", [",", "\t", ";", "|"])
def test_each_delimiter_is_found(sign: str) -> None:
    sheet = read_content(TEXT.replace(",", sign).replace("\n", "\r\n").encode())
    assert [row.cells for row in sheet.rows] == ROWS
    assert sheet.delimiter == sign


def test_rows_keep_their_number_over_quoted_line_ends_and_separators_of_other_systems() -> None:
    sheet = read_content('a,b\n"x\ny",1\np\u2028q,2\n'.encode())
    assert [(row.number, row.cells) for row in sheet.rows] == [(1, ("a", "b")), (2, ("x\ny", "1")), (4, ("p\u2028q", "2"))]


def test_nul_and_overlong_cells_are_named_with_row_and_column() -> None:
    sheet = read_content(f'a,b\n1,x\0y\n"{"z" * 3000}",2\n'.encode())
    assert [(one.code, one.row, one.column) for one in sheet.faults] == [("nul", 2, 1), ("too_long", 3, 0)]
    assert sheet.faults[1].parameters == {"length": 3000, "most": 2000}
    assert sheet.rows[1].cells == ("1", "")


def test_a_quotation_mark_left_open_is_found_where_it_stands() -> None:
    lines = "".join(f"{number},text\n" for number in range(1000))
    sheet = read_content(f'a,b\n1,"open\n{lines}'.encode())
    assert [(one.code, one.row, one.column) for one in sheet.faults] == [("too_long", 2, 1)]


def test_a_spreadsheet_gives_what_its_reader_sees() -> None:
    content = xlsx(
        [["检验报告", None, None], ["受试者", "日期", "WBC"], ["01-001", date(2026, 3, 16), 5.6], ["01-001", datetime.fromisoformat("2026-03-16T08:30"), 7.0], [None, 46097.0, "<0.5"]],
        ["A1:C1", "A4:A5"],
    )  # fmt: skip
    sheet = read_content(content)
    assert [row.cells for row in sheet.rows] == [
        ("检验报告", "检验报告", "检验报告"), ("受试者", "日期", "WBC"), ("01-001", "2026-03-16", "5.6"), ("01-001", "2026-03-16T08:30", "7"),
        ("01-001", "46097", "<0.5"),
    ]  # fmt: skip
    assert (sheet.kind, sheet.merged, sheet.names) == ("xlsx", 2, ("Sheet1",))


def test_the_old_kind_of_spreadsheet_is_read_too() -> None:
    sheet = read_content(xls([["受试者", "结果"], ["01-001", 5.5], ["01-002", "阴性"]]))
    assert (sheet.kind, [row.cells for row in sheet.rows]) == ("xls", [("受试者", "结果"), ("01-001", "5.5"), ("01-002", "阴性")])


def _lying() -> bytes:
    """A package whose directory says 1000 bytes where there are fifty million."""
    honest = package({"xl/workbook.xml": "<a/>", "[Content_Types].xml": "<a/>", "xl/sharedStrings.xml": "<sst>" + " " * 50_000_000})
    at = honest.rindex(b"PK\x01\x02", 0, honest.rindex(b"xl/sharedStrings.xml"))
    return honest[: at + 24] + (1000).to_bytes(4, "little") + honest[at + 28 :]


BAD: dict[str, tuple[bytes, str, dict[str, object]]] = {
    "nothing": (b"", "import_empty", {}),
    "only line ends": (b"\xef\xbb\xbf\r\n\r\n,,\n", "import_empty", {}),
    "no encoding": (b"a,b\n\xff\xff\xff,1\n", "import_encoding", {"row": 2}),
    "half a character of UTF-16": (b"\xff\xfea\0,", "import_encoding", {"row": 1}),
    "a PDF": (b"%PDF-1.7\n1,2\n", "import_no_table", {}),
    "a web page": (b"<html><table><tr><td>1</td></tr></table></html>", "import_no_table", {}),
    "no zip": (b"PK\x03\x04 and then something else", "import_no_table", {}),
    "a zip of another kind": (package({"word/document.xml": "<a/>"}), "import_no_table", {}),
    "a workbook cut short": (xlsx([["a", "b"], [1, 2]])[:-200], "import_no_table", {}),
    "a workbook whose sheet is no XML": (package({"xl/workbook.xml": "<<<", "[Content_Types].xml": "<a/>"}), "import_no_table", {}),
    "an old workbook cut short": (xls([["a", "b"]])[:700], "import_no_table", {}),
    "a package that lies about what it holds": (_lying(), "import_no_table", {}),
    "a bomb": (package({"xl/workbook.xml": "<a/>", "xl/worksheets/sheet1.xml": " " * 40_000_000}), "import_bomb", {}),
    "too many columns": (b",".join([b"1"] * 501), "import_too_large", {"columns": 500}),
}


@pytest.mark.requirement("R36")
@pytest.mark.parametrize("name", BAD)
def test_each_bad_file_is_refused_with_its_reason(name: str) -> None:
    content, code, parameters = BAD[name]
    with pytest.raises(RefusedFile) as caught:
        read_content(content)
    assert caught.value.code == code
    assert parameters.items() <= caught.value.parameters.items()


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(RefusedFile) as caught:
        read_content(xlsx([["a", "b"]], name="化验"), "Other")
    assert caught.value.parameters == {"sheet": "Other", "known": "化验"}


@pytest.mark.requirement("R36")
@given(st.binary(max_size=400))
@settings(deadline=None, max_examples=300)
def test_whatever_the_bytes_are_there_is_a_table_or_a_refusal(content: bytes) -> None:
    with suppress(RefusedFile):
        sheet = read_content(content)
        assert all("\0" not in cell for row in sheet.rows for cell in row.cells)


CELLS = st.text(st.characters(codec="gb18030", exclude_characters="\0\r\n\"' ,;\t|", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=8)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=2, max_size=6))
@settings(deadline=None)
def test_what_was_written_is_read(rows: list[list[str]]) -> None:
    text = "".join(",".join(row) + "\n" for row in [["受试者", "结果"], *rows])
    for encoding in ("utf-8-sig", "utf-16"):
        assert [list(row.cells) for row in read_content(text.encode(encoding)).rows[1:]] == rows


def test_the_child_gives_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "化验.csv"
    path.write_bytes(TEXT.encode("gb18030"))
    file = read_file(path)
    assert read_table(file) == read_content(file.content)
    assert (file.name, len(file.sha256)) == ("化验.csv", 64)


def test_the_child_hands_on_a_refusal() -> None:
    with pytest.raises(ExpectedError) as caught:
        read_table(FileContent("x.xlsx", BAD["a bomb"][0]))
    assert (caught.value.code, caught.value.parameters["name"]) == ("import_bomb", "x.xlsx")


@pytest.mark.requirement("R36")
def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(ExpectedError) as caught:
        read_table(FileContent("x.csv", TEXT.encode()), seconds=0.001)
    assert caught.value.code == "import_too_heavy"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit; size and time hold there")
def test_a_child_that_takes_too_much_memory_is_ended() -> None:
    file = FileContent("x.xlsx", xlsx([["a" * 50] * 20] * 10_000))
    assert len(read_table(file).rows) == 10_000
    with pytest.raises(ExpectedError) as caught:
        read_table(file, memory=40_000_000)
    assert caught.value.code == "import_too_heavy"


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    with pytest.raises(ExpectedError, match="import_too_large_file"):
        read_file(path)
    with pytest.raises(ExpectedError, match="io_error"):
        read_file(tmp_path / "none.csv")


@pytest.mark.parametrize(("number", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_called_as_in_a_spreadsheet(number: int, letters: str) -> None:
    assert column_name(number) == letters
