"""What the window remembers on this machine: language, theme, workspaces opened before. Nothing of any subject."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from crf_app.paths import replace_file

FILE_NAME = "window.json"
MOST_RECENT = 8
IDLE_MINUTES = 10
IDLE_LIMITS = (1, 30)


@dataclass(frozen=True, slots=True)
class Settings:
    """`language` "" follows the system, `theme` is one of theme.MODES, `recent` holds folders, newest first, `logins`
    the login name last used for each, `idle_minutes` is how long nobody may touch anything before the window locks.
    """

    language: str = ""
    bilingual: bool = False
    theme: str = "system"
    idle_minutes: int = IDLE_MINUTES
    recent: tuple[str, ...] = ()
    logins: Mapping[str, str] = field(default_factory=dict)

    def with_workspace(self, folder: Path, login: str = "") -> Settings:
        """After a workspace was opened: first in the list, its login remembered."""
        name = str(folder)
        others = tuple(one for one in self.recent if one != name)
        logins = {**self.logins, name: login} if login else dict(self.logins)
        return replace(self, recent=(name, *others)[:MOST_RECENT], logins=logins)


def load_settings(folder: Path) -> Settings:
    """Read window.json of the state folder; what is missing or makes no sense takes its default."""
    try:
        content = json.loads((folder / FILE_NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return Settings()
    return _read(content) if isinstance(content, dict) else Settings()


def _read(content: Mapping[str, object]) -> Settings:
    language, theme, minutes = content.get("language"), content.get("theme"), content.get("idle_minutes")
    recent, logins = content.get("recent"), content.get("logins")
    return Settings(
        language if language in ("en", "zh") and isinstance(language, str) else "",
        content.get("bilingual") is True,
        theme if theme in ("light", "dark") and isinstance(theme, str) else "system",
        minutes if isinstance(minutes, int) and IDLE_LIMITS[0] <= minutes <= IDLE_LIMITS[1] else IDLE_MINUTES,
        tuple(str(one) for one in recent)[:MOST_RECENT] if isinstance(recent, list) else (),
        {str(key): str(value) for key, value in logins.items()} if isinstance(logins, dict) else {},
    )


def save_settings(folder: Path, settings: Settings) -> bool:
    """Write window.json; says whether it could be written. Losing it costs comfort, no data."""
    try:
        replace_file(folder / FILE_NAME, json.dumps(asdict(settings), ensure_ascii=False, indent=1).encode())
    except OSError:
        return False
    return True
