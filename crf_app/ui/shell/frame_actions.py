"""The rows of the action table that belong to the frame: where to go, search, language, theme, lock, export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from crf_app.admin.roles import Right
from crf_app.ui.actions import Action
from crf_app.ui.casebook.inspector import TABS
from crf_app.ui.context import UiContext
from crf_app.ui.shell.exporting import ExportRun

if TYPE_CHECKING:
    from crf_app.ui.main_window import MainWindow


class FrameActions(QObject):
    """Puts its rows into the table and carries them out on the frame."""

    def __init__(self, context: UiContext, frame: MainWindow) -> None:
        super().__init__(frame)
        self._context = context
        self._frame = frame
        self._export = ExportRun(context, frame)
        read, enter, export = Right.READ, Right.ENTER, Right.EXPORT
        context.actions.add(
            frame,
            _row("palette", self._palette, ("Ctrl+K",), "search"),
            _row("new_subject", frame.new_subject.begin, ("Ctrl+N",), "plus", right=enter),
            _row("today", self._today, ("Ctrl+1",), "today", right=read, group="go"),
            _row("subjects", self._subjects, ("Ctrl+2",), "subjects", right=read, group="go"),
            _row("queries", self._queries, ("Ctrl+5",), "queries", right=read, group="go"),
            _row("calendar", self._calendar, ("Ctrl+4",), "calendar", right=read, group="go"),
            _row("charts", self._charts, ("Ctrl+6",), "charts", right=read, group="go"),
            _row("signing", self._signing, ("Ctrl+7",), "sign", right=Right.SIGN, group="go"),
            _row("administration", self._administration, ("Ctrl+3",), "admin", group="go"),
            _row("import_results", self._import_results, ("Ctrl+I",), "download", right=enter, group="go"),
            _row("import_ranges", self._import_ranges, (), "download", right=Right.SITE_TABLES, group="go"),
            _row("paper", self._paper, ("Ctrl+Shift+P",), "print", right=Right.PRINT, group="go"),
            _row("print_all", self._print_all, (), "print", right=Right.PRINT, group="go"),
            _row("monitoring_pack", self._monitoring_pack, (), "print", right=Right.PRINT, group="go"),
            _row("file_scans", self._file_scans, (), "paste", right=enter, group="go"),
            _row("check_pdf", self._check_pdf, (), "shield", right=Right.PRINT, group="go"),
            _row("own_password", self._own_password, (), "key"),
            _row("export_odm", self._export.odm, (), "export", right=export),
            _row("export_csv", self._export.csv, (), "export", right=export),
            _row("export_calendar", self._export_calendar, (), "calendar", right=export),
            _row("language", self._language, ("F9",), "globe", group="look"),
            _row("bilingual", self._bilingual, ("Shift+F9",), "globe", group="look"),
            _row("theme_light", self._light, (), "sun", group="look"),
            _row("theme_dark", self._dark, (), "moon", group="look"),
            _row("theme_system", self._system, (), "sync", group="look"),
            _row("theme_switch", self._switch, ("F10",), "moon", group="look"),
            Action("frame.answer_query", "query.action.answer", self._answer_query, ("Alt+4",), "pen", read, self._query_in_sight, "queries"),
            Action("frame.next_query", "query.action.next", self._next_query, ("F3",), "chevron_down", read, self._query_in_sight, "queries"),
            _row("keys", self._keys, ("F1", "Ctrl+/"), "keyboard"),
            _row("lock", frame.lock_requested.emit, ("Ctrl+L",), "lock"),
            _row("quit", frame.quit_requested.emit, ("Ctrl+Q",), "log_out"),
        )

    def _palette(self) -> None:
        self._frame.palette_panel.open_with("")

    def _keys(self) -> None:
        self._frame.key_help.open_help()

    def _signing(self) -> None:
        self._frame.go("signing")

    def _today(self) -> None:
        self._frame.go("today")

    def _subjects(self) -> None:
        self._frame.go("subjects")

    def _queries(self) -> None:
        self._frame.go("queries")

    def _query_in_sight(self) -> bool:
        """Is a query at hand in the list, or a form open whose queries stand beside it?"""
        frame = self._frame
        return frame.queries.at_hand if frame.place == "queries" else frame.place == "casebook" and frame.casebook.at_work

    def _answer_query(self) -> None:
        """Into the thread of the query at hand: in the list, or beside the item at work."""
        if self._frame.place == "queries":
            self._frame.queries.answer()
        else:
            self._frame.casebook.show_inspector(TABS.index("queries"))

    def _next_query(self) -> None:
        """On in the list; from a form, to where the next one stands."""
        if self._frame.place == "queries":
            self._frame.queries.go_on()
        else:
            shown = self._frame.casebook.inspector.queries.view.shown
            self._frame.next_query(shown.record.number if shown is not None else 0)

    def _calendar(self) -> None:
        self._frame.go("calendar")

    def _charts(self) -> None:
        self._frame.go("charts")

    def _export_calendar(self) -> None:
        self._frame.go("calendar")
        self._frame.calendar.export_file()

    def _administration(self) -> None:
        self._frame.go("administration")

    def _import_results(self) -> None:
        self._frame.go("import")

    def _import_ranges(self) -> None:
        self._frame.go("administration")
        self._frame.administration.show_section("laboratories")
        self._frame.administration.show_import()

    def _paper(self) -> None:
        self._frame.go("paper")

    def _print_all(self) -> None:
        self._documents("batch")

    def _monitoring_pack(self) -> None:
        self._documents("pack")

    def _file_scans(self) -> None:
        self._documents("scans")

    def _check_pdf(self) -> None:
        self._documents("check")

    def _documents(self, panel: str) -> None:
        self._frame.go("paper")
        self._frame.documents.show_panel(panel)

    def _own_password(self) -> None:
        self._frame.go("administration")
        self._frame.administration.show_section("password")

    def _language(self) -> None:
        hub = self._context.language_hub
        hub.set_language(hub.other)

    def _bilingual(self) -> None:
        hub = self._context.language_hub
        hub.set_bilingual(not hub.bilingual)

    def _light(self) -> None:
        self._context.theme_hub.set_mode("light")

    def _dark(self) -> None:
        self._context.theme_hub.set_mode("dark")

    def _system(self) -> None:
        self._context.theme_hub.set_mode("system")

    def _switch(self) -> None:
        hub = self._context.theme_hub
        hub.set_mode("light" if hub.theme.name == "dark" else "dark")


def _row(
    name: str,
    handler: object,
    shortcuts: tuple[str, ...],
    icon: str,
    *,
    right: Right | None = None,
    group: str = "general",
) -> Action:
    if not callable(handler):
        raise TypeError(name)
    return Action(f"frame.{name}", f"ui_shell.action.{name}", handler, shortcuts, icon, right, group=group)
