"""Rules that no linter of ours knows, as functions from a file's text to the places where it breaks the rule.

Each takes the path relative to the checkout (with forward slashes) and the text; returns "path:line: what is wrong".
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache

Rule = Callable[[str, str], list[str]]

LONGEST_FILE = 400
_PATHS = "crf_app/paths.py"
_CLOCK = "crf_app/clock.py"

_DANGEROUS_CALLS = {"eval", "exec", "compile", "__import__"}
_DANGEROUS_MODULES = {"pickle", "marshal", "shelve", "dill", "code"}
_OWN_SHELF = "tests/once.py"
"""Reads back what this very run of the tests wrote into its own folder."""
_DANGEROUS_ATTRIBUTES = {"os.system", "os.popen", "os.startfile", "subprocess.getoutput", "subprocess.getstatusoutput"}

_POSIX_MODULES = {"fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "posix", "syslog"}
_POSIX_NAMES = (
    "fork forkpty chmod fchmod chown fchown umask getuid geteuid getgid getegid setsid killpg kill sync mkfifo mknod "
    "statvfs uname nice wait waitpid sched_getaffinity pread pwrite posix_fadvise posix_fallocate link symlink "
    "O_DIRECTORY O_NOFOLLOW O_SYNC O_DSYNC O_NONBLOCK O_CLOEXEC"
)
_POSIX_ATTRIBUTES = {f"os.{name}" for name in _POSIX_NAMES.split()} | {
    f"signal.{name}" for name in ("SIGKILL", "SIGHUP", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGPIPE", "alarm", "setitimer")
}

# The parts of Qt with a licence and a size that suit us: QtSql would be a second SQLite, QtCharts and its kin are GPL.
_QT_MODULES = {"QtCore", "QtGui", "QtWidgets", "QtSvg", "QtSvgWidgets", "QtPrintSupport", "QtDBus"}

_WALL_CLOCK = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.localtime",
    "QDateTime.currentDateTime", "QDateTime.currentDateTimeUtc", "QDate.currentDate", "QTime.currentTime",
}  # fmt: skip

# Names of standards and licences: never opened, only compared or printed.
_NAMED_HOSTS = {
    "www.w3.org", "www.cdisc.org", "ns.adobe.com", "purl.org", "www.aiim.org", "hl7.org", "unitsofmeasure.org",
    "schemas.openxmlformats.org", "www.apache.org", "scripts.sil.org", "www.adobe.com", "keepachangelog.com", "semver.org", "www.color.org",
}  # fmt: skip


def all_rules() -> dict[str, Rule]:
    """The rules by name."""
    return {
        "dangerous": dangerous,
        "posix": posix_only,
        "qt": qt_modules,
        "window": window_is_deferred,
        "clock": wall_clock,
        "length": too_long,
        "docstrings": undocumented,
        "hosts": hosts,
        "own machine": personal_paths,
        "types": silenced_types,
    }


def dangerous(path: str, text: str) -> list[str]:
    """What was typed is never run: no eval, pickle, shell."""
    if not path.endswith(".py") or path == _OWN_SHELF:
        return []
    found = [(line, f"{name} loads code") for line, name in _modules(text) if name.split(".")[0] in _DANGEROUS_MODULES]
    names = [(node.lineno, _dotted(node)) for node in _attributes(text)]
    found += [(line, f"{name} starts a shell") for line, name in names if name in _DANGEROUS_ATTRIBUTES]
    for node in ast.walk(_tree(text)):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in _DANGEROUS_CALLS:
            found.append((node.lineno, f"{node.func.id}() runs code"))
        if any(word.arg == "shell" and not _is_false(word.value) for word in node.keywords):
            found.append((node.lineno, "shell=True"))
    return _places(path, found)


def posix_only(path: str, text: str) -> list[str]:
    """What differs between systems stays in paths.py: the program runs on Windows."""
    if not path.startswith("crf_app/") or path == _PATHS or not path.endswith(".py"):
        return []
    found = [(line, f"no {name} on Windows") for line, name in _modules(text) if name.split(".")[0] in _POSIX_MODULES]
    found += [
        (node.lineno, f"{_dotted(node)} belongs in paths.py")
        for node in _attributes(text)
        if _dotted(node) in _POSIX_ATTRIBUTES or node.attr in {"chmod", "symlink_to"}
    ]
    return _places(path, found)


def qt_modules(path: str, text: str) -> list[str]:
    """Only the agreed parts of Qt, and by name."""
    if not path.startswith("crf_app/") or not path.endswith(".py"):
        return []
    names = [(line, name.split(".")) for line, name in _modules(text)]
    of_qt = [(line, name) for line, name in names if name[0] == "PySide6"]
    return _places(path, [(line, ".".join(name)) for line, name in of_qt if not set(name[1:2]) & _QT_MODULES])


def window_is_deferred(path: str, text: str) -> list[str]:
    """A command without a window must not load Qt: the command line imports `app` inside the function that opens it.

    Looked at is everything outside functions and classes.
    """
    if not (path.startswith("crf_app/cli/") or path == "crf_app/__main__.py") or not path.endswith(".py"):
        return []
    top = ast.Module([node for node in _tree(text).body if not _is_function_or_class(node)], [])
    names = [(line, name) for line, name in _imports(top) if name.startswith(("crf_app.app", "crf_app.ui"))]
    return _places(path, [(line, f"{name} at the top") for line, name in names])


def wall_clock(path: str, text: str) -> list[str]:
    """The time comes from the injected Clock, so that demonstrations and tests can move it."""
    if not path.startswith("crf_app/") or path == _CLOCK or not path.endswith(".py"):
        return []
    names = [(node.lineno, _dotted(node)) for node in _attributes(text)]
    asked = [(line, name) for line, name in names if ".".join(name.split(".")[-2:]) in _WALL_CLOCK]
    return _places(path, [(line, f"{name}: ask the Clock") for line, name in asked])


def too_long(path: str, text: str) -> list[str]:
    """A file that is read in one sitting; a longer one says why in a line `# long because: ...`."""
    lines = text.splitlines()
    if not path.endswith(".py") or len(lines) <= LONGEST_FILE:
        return []
    if any(re.match(r"# long because: \S", line) for line in lines):
        return []
    return [f"{path}:1: {len(lines)} lines, {LONGEST_FILE} is the limit"]


def undocumented(path: str, text: str) -> list[str]:
    """Every public function, class and method says what it promises.

    Not asked for: a Qt override (its name is Qt's), a method of a Protocol (the class says it), an overload.
    """
    if not path.startswith("crf_app/") or not path.endswith(".py"):
        return []
    return _places(path, list(_undocumented(_tree(text))))


def hosts(path: str, text: str) -> list[str]:
    """The program is offline and the project names no addresses but those of standards and licences."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        names = re.findall(r"https?://([A-Za-z0-9.\-]+)", line)
        found += [(number, f"address {name}") for name in names if name.lower() not in _NAMED_HOSTS]
    return _places(path, found)


def personal_paths(path: str, text: str) -> list[str]:
    """No folder of somebody's own machine."""
    pattern = re.compile(r"(?<![\w.~}])/(?:work|tmp|root|home|Users)/\w|[A-Za-z]:\\\\?Users\\")
    return _lines_with(pattern, path, text, "a folder of one machine")


def silenced_types(path: str, text: str) -> list[str]:
    """The type checker is listened to."""
    if not path.endswith(".py"):
        return []
    pattern = re.compile(r"#\s*type:" + r"\s*ignore")
    return _lines_with(pattern, path, text, "the type checker is silenced")


def _undocumented(parent: ast.Module | ast.ClassDef) -> Iterator[tuple[int, str]]:
    for node in parent.body:
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) or node.name.startswith("_"):
            continue
        if ast.get_docstring(node) is None and not _needs_no_docstring(node):
            yield node.lineno, f"{node.name} has no docstring"
        if isinstance(node, ast.ClassDef) and "Protocol" not in [_dotted(base) for base in node.bases]:
            yield from _undocumented(node)


def _needs_no_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    marks = {_dotted(mark).split(".")[-1] for mark in node.decorator_list}
    is_qt_name = not isinstance(node, ast.ClassDef) and node.name != node.name.lower()
    return is_qt_name or bool(marks & {"overload", "override", "setter"})


@cache
def _tree(text: str) -> ast.Module:
    return ast.parse(text)


def _attributes(text: str) -> list[ast.Attribute]:
    return [node for node in ast.walk(_tree(text)) if isinstance(node, ast.Attribute)]


def _lines_with(pattern: re.Pattern[str], path: str, text: str, what: str) -> list[str]:
    return [f"{path}:{number}: {what}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


def _modules(text: str) -> list[tuple[int, str]]:
    return list(_imports(_tree(text)))


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _dotted(node.func)
    if isinstance(node, ast.Subscript):
        return _dotted(node.value)
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_function_or_class(node: ast.stmt) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))


def _places(path: str, found: list[tuple[int, str]]) -> list[str]:
    return [f"{path}:{line}: {what}" for line, what in sorted(found)]
