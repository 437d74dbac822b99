#!/usr/bin/env python3
"""Set up, show and test the program from a checkout, with nothing but Python and its standard library.

    python3 run.py demo [FOLDER]        open the program on invented data (FOLDER: new, empty or an earlier demo)
    python3 run.py test [PYTEST ARGS]   run the tests; with arguments, exactly those
    python3 run.py lint                 style, types and the direction of imports
    python3 run.py setup                only what the others do first: .venv with the packages of requirements.lock

Works the same on Linux, Windows (`py run.py ...`) and macOS. What is already done is not done again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "crf-app.stamp"
OLDEST, NEWEST = (3, 11), (3, 14)
# Where Linux keeps files in memory; pytest makes a folder there that is the user's alone, and deletes it when all passes.
MEMORY = Path("/dev/shm")  # noqa: S108
LEAST_MEMORY = 4 * 1024**3  # bytes; far more than the tests of one run leave lying at any moment

# Libraries that Qt loads and a bare Debian lacks, with the package that brings each. Without a display these do ...
OFFSCREEN_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
# ... an X display needs these too ...
X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
# ... and a Wayland display these.
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}


class SetupError(Exception):
    """The machine lacks something that this script cannot or may not bring; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code (2: the command is not known)."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    commands = {"setup": lambda: 0, "demo": lambda: demo(rest), "test": lambda: test(rest), "lint": lint}
    if name not in commands or (rest and name in {"setup", "lint"}) or (name == "demo" and len(rest) > 1):
        print(__doc__)
        return 0 if name in {"-h", "--help"} else 2
    try:
        set_up()
    except SetupError as problem:
        print(f"run.py: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return commands[name]()


# --- what the program does -------------------------------------------------------------------------------------------


def demo(rest: list[str]) -> int:
    """Open a demonstration; without a display, leave its pictures, prints and exports in demo-out/ instead."""
    if has_display() and display_opens():
        folder = Path(rest[0]).expanduser().resolve() if rest else ROOT / "demo-data"
        if not folder.exists() or not any(folder.iterdir()):
            return call("-m", "crf_app", "demo", str(folder))
        show_logins(folder)
        return call("-m", "crf_app", "open", str(folder))
    pictures = ROOT / "demo-out"
    folder = Path(rest[0]).expanduser().resolve() if rest else unused(pictures / "workspace")
    reason = "it does not open" if has_display() else "DISPLAY and WAYLAND_DISPLAY are empty"
    print(f"No display here ({reason}): pictures, prints and exports go to {pictures}")
    return call("-m", "crf_app", "demo", str(folder), "--gallery", str(pictures))


def test(rest: list[str]) -> int:
    """Run the whole suite in two processes, or pytest with just the arguments given; neighbours stay together, as they share what is slow to make."""
    # Test modules are kept compiled, as set-up keeps the program: the second process and the next run need not do it again.
    environment = {"PYTHONDONTWRITEBYTECODE": ""}
    if in_memory():
        environment["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)
    return call("-m", "pytest", *(rest or ["-n", "2", "--dist", "worksteal"]), environment=environment)


def in_memory() -> bool:
    """May what tests write lie in memory, where no commit waits for a disk? Not when the user has chosen a place, or where there is no room."""
    chosen = os.environ.get("PYTEST_DEBUG_TEMPROOT")
    return not chosen and MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= LEAST_MEMORY


def lint() -> int:
    """Run every check that does not run the program; 1 when any of them finds something."""
    contracts = "from importlinter.cli import lint_imports_command as check; check()"
    codes = [call("-m", "ruff", "check", "."), call("-m", "mypy"), call("-c", contracts)]
    return int(any(codes))


def call(*arguments: str, environment: Mapping[str, str] | None = None) -> int:
    """Run the Python of .venv in the checkout, with these variables beside its own, and return its exit code; 130 when the user broke it off."""
    sys.stdout.flush()
    try:
        return subprocess.call([str(venv_python()), *arguments], cwd=ROOT, env={**os.environ, **(environment or {})})
    except KeyboardInterrupt:
        return 130


def show_logins(folder: Path) -> None:
    """Say again what the making of a demonstration said: with which names and passwords it is opened."""
    logins = folder / "logins.txt"
    print(f"Opening the demonstration that is in {folder}")
    if logins.is_file():
        print(logins.read_text(encoding="utf-8"), end="")


def has_display() -> bool:
    """Can a window be shown? Windows and macOS always can; Linux says so in two variables."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def display_opens() -> bool:
    """Does Qt reach the display that the variables name? Asked in a process of its own: Qt aborts when it does not."""
    ask = [str(venv_python()), "-c", "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"]
    return not sys.platform.startswith("linux") or subprocess.call(ask, stderr=subprocess.DEVNULL) == 0


def unused(folder: Path) -> Path:
    """`folder`, or the first of folder-2, folder-3 ... that is not there yet: a demonstration is never overwritten."""
    candidate, number = folder, 1
    while candidate.exists():
        number += 1
        candidate = folder.with_name(f"{folder.name}-{number}")
    return candidate


# --- set-up ----------------------------------------------------------------------------------------------------------


def set_up() -> None:
    """Bring .venv to what requirements.lock says, and the machine to what Qt needs. Raises SetupError."""
    if stamp_is_fresh():
        return
    interpreter = find_python()
    if not install_with_uv(interpreter):
        install_with_pip(interpreter)
    let_venv_find_checkout()
    # Start-up takes twice as long without compiled files; a file that does not compile is for the tests to report.
    subprocess.call([str(venv_python()), "-m", "compileall", "-q", str(ROOT / "crf_app")], stdout=subprocess.DEVNULL)
    bring_libraries()
    STAMP.write_text("\n".join(stamp()), encoding="ascii")
    print(f"Ready: {venv_python()}")


def stamp() -> list[str]:
    """What the set-up depends on: the lock, this script and the place of the checkout; then the system libraries."""
    digest = hashlib.sha256(LOCK.read_bytes() + Path(__file__).read_bytes() + os.fsencode(ROOT))
    return [digest.hexdigest(), *sorted(wanted_libraries())]


def stamp_is_fresh() -> bool:
    """Was everything done for this very lock, with these libraries at least, and is the interpreter still there?"""
    if not (STAMP.is_file() and venv_python().exists()):
        return False
    done, wanted = STAMP.read_text(encoding="ascii").split(), stamp()
    return done[:1] == wanted[:1] and set(wanted) <= set(done)


def venv_python() -> Path:
    """The interpreter of .venv."""
    return VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def find_python() -> str:
    """A Python that the program supports: this one, else a newer one on the path. Raises SetupError."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            print(f"Python {sys.version_info[0]}.{sys.version_info[1]} is not supported: {found} is used")
            return found
    raise SetupError(f"Python 3.{OLDEST[1]} to 3.{NEWEST[1]} is needed; this is {sys.version.split()[0]}")


def install_with_uv(interpreter: str) -> bool:
    """Install with uv, when it is there and reaches the packages; else False, and pip has to do it."""
    uv = shutil.which("uv")
    if uv is None:
        return False
    environment = {**os.environ, "UV_PYTHON_PREFERENCE": "only-system", "UV_PYTHON_DOWNLOADS": "never"}
    steps = [[uv, "pip", "install", "--quiet", "--python", str(venv_python()), "--require-hashes", "--no-build",
              "--compile-bytecode", "-r", str(LOCK)]]
    if not venv_works():
        steps.insert(0, [uv, "venv", "--quiet", *clear_option(), "--python", interpreter, str(VENV)])
    print("Installing the packages of requirements.lock with uv")
    if all(subprocess.call(step, cwd=ROOT, env=environment) == 0 for step in steps):
        return True
    print("uv could not do it (it does not read pip's settings): trying pip")
    return False


def install_with_pip(interpreter: str) -> None:
    """Install with pip into .venv, made when it is missing. Raises SetupError."""
    if not (venv_works() and subprocess.call([str(venv_python()), "-c", "import pip"], stderr=subprocess.DEVNULL) == 0):
        bring_ensurepip(interpreter)
        run_or_explain([interpreter, "-m", "venv", *clear_option(), str(VENV)], "the virtual environment was not made")
    print("Installing the packages of requirements.lock with pip (about half a minute)")
    pip = [str(venv_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    run_or_explain([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)], "packages were not installed")


def venv_works() -> bool:
    """Is there an environment whose Python starts and is one we support?"""
    check = f"import sys; sys.exit(not ({OLDEST} <= sys.version_info[:2] <= {NEWEST}))"
    return venv_python().exists() and subprocess.call([str(venv_python()), "-c", check], stderr=subprocess.DEVNULL) == 0


def clear_option() -> list[str]:
    """Make a broken .venv anew; refuse to clear a folder of that name that is no environment."""
    if not VENV.exists() or not any(VENV.iterdir()):
        return []
    if not (VENV / "pyvenv.cfg").is_file():
        raise SetupError(f"{VENV} is there but is no Python environment: move it away and try again")
    return ["--clear"]


def let_venv_find_checkout() -> None:
    """Put the checkout on the path of .venv. The path is relative, thus plain ASCII whatever the user is called."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.check_output([str(venv_python()), "-X", "utf8", "-c", ask], encoding="utf-8").strip()
    (Path(answer) / "crf_app_checkout.pth").write_text(os.path.relpath(ROOT, answer) + "\n", encoding="ascii")


def run_or_explain(command: list[str], failure: str) -> None:
    """Run `command` in the checkout; raises SetupError with `failure` and the command when it does not end well."""
    sys.stdout.flush()
    if subprocess.call(command, cwd=ROOT) != 0:
        raise SetupError(f"{failure}; the command was: {' '.join(command)}")


# --- system packages -------------------------------------------------------------------------------------------------


def bring_ensurepip(interpreter: str) -> None:
    """Debian keeps the part of Python that makes environments in a package of its own. Raises SetupError."""
    if subprocess.call([interpreter, "-c", "import venv, ensurepip"], stderr=subprocess.DEVNULL) == 0:
        return
    version = subprocess.check_output([interpreter, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
    package = f"python{version.decode().strip()}-venv"
    install_system_packages([package], "Python here cannot make environments (ensurepip is missing)")


def wanted_libraries() -> dict[str, str]:
    """The system libraries that Qt loads here, for no display or the displays there are, each with its Debian package."""
    if not sys.platform.startswith("linux"):
        return {}
    x11 = X11_LIBRARIES if os.environ.get("DISPLAY") else {}
    wayland = WAYLAND_LIBRARIES if os.environ.get("WAYLAND_DISPLAY") else {}
    return {**OFFSCREEN_LIBRARIES, **x11, **wayland}


def bring_libraries() -> None:
    """Install the system libraries of Qt that are missing. Raises SetupError when they cannot be installed."""
    wanted = wanted_libraries()
    missing = [library for library in wanted if not loads(library)]
    if missing:
        packages = [wanted[library] for library in missing]
        install_system_packages(packages, f"Qt needs system libraries that are missing: {', '.join(missing)}")


def loads(library: str) -> bool:
    """Does the dynamic linker find `library`? Asked in a process of its own, so that nothing stays loaded here."""
    ask = [sys.executable, "-c", f"import ctypes; ctypes.CDLL({library!r})"]
    return subprocess.call(ask, stderr=subprocess.DEVNULL) == 0


def install_system_packages(packages: list[str], reason: str) -> None:
    """Say why, then install `packages` as root or by sudo. Raises SetupError with the line to run when it cannot."""
    line = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not shutil.which("apt-get"):
        raise SetupError(f"{reason}. Install what your system calls these Debian packages: {' '.join(packages)}")
    prefix = root_prefix()
    if prefix is None:
        raise SetupError(f"{reason}. Run this, then try again:\n  sudo {' '.join(line)}")
    print(f"{reason}\nInstalling: {' '.join([*prefix, *line])}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if subprocess.call([*prefix, *line], env=environment, stdout=subprocess.DEVNULL) == 0:
        return
    # A new machine has no package lists yet.
    subprocess.call([*prefix, "apt-get", "update"], env=environment, stdout=subprocess.DEVNULL)
    if subprocess.call([*prefix, *line], env=environment, stdout=subprocess.DEVNULL) != 0:
        raise SetupError(f"{reason}. This did not end well:\n  {' '.join([*prefix, *line])}")


def root_prefix() -> list[str] | None:
    """What goes before a command that needs root: nothing for root, sudo when it asks nothing or someone can answer."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and (sys.stdin.isatty() or subprocess.call([sudo, "-n", "true"], stderr=subprocess.DEVNULL) == 0):
        return [sudo]
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
