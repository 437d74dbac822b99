"""The gallery of a demonstration, made in a process of its own as without a display."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image


@pytest.mark.slow
def test_the_gallery_shows_every_page_in_both_languages_and_themes(tmp_path: Path) -> None:
    out = tmp_path / "out"
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    arguments = [sys.executable, "-m", "crf_app", "demo", str(tmp_path / "workspace"), "--subjects", "2", "--gallery", str(out)]
    done = subprocess.run(arguments, cwd=Path(__file__).parents[2], env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    pictures = sorted((out / "screenshots").glob("*.png"))
    pages = {one.name.rsplit("-", 2)[0] for one in pictures}
    assert {"01-log-in", "02-today", "03-subjects", "04-casebook-wound", "04-casebook-eligibility", "05-palette", "08-administration", "09-signing"} <= pages
    assert len(pictures) == 4 * len(pages)
    for one in pictures:
        with Image.open(one) as picture:
            assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 50, f"{one.name} is empty"
    looks = {one.read_bytes() for one in pictures if one.name.startswith("02-today")}
    assert len(looks) == 4, "two looks are the same"
    assert (out / "export-odm.xml").stat().st_size > 100_000
    assert any((out / "export-csv").iterdir())
    assert all(one.read_bytes().startswith(b"%PDF") for one in out.glob("*.pdf"))
    assert any(one.name.startswith("casebook-") for one in out.glob("*.pdf"))
