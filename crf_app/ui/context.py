"""What every page is given: the open workspace and the ways to draw, ask, act and hear of changes."""

from __future__ import annotations

from dataclasses import dataclass

from crf_app.services.workspace import Workspace
from crf_app.ui.actions import Actions
from crf_app.ui.common.ask import Ask
from crf_app.ui.common.change_hub import ChangeHub
from crf_app.ui.common.jobs import Jobs
from crf_app.ui.common.languages import LanguageHub
from crf_app.ui.common.look import Look
from crf_app.ui.common.perform import Perform
from crf_app.ui.common.theme import ThemeHub
from crf_app.words import Words


@dataclass(frozen=True, eq=False)
class UiContext:
    """One for the life of a workspace in the window; pages keep it, nothing in it is replaced."""

    work: Workspace
    look: Look
    change_hub: ChangeHub
    ask: Ask
    perform: Perform
    jobs: Jobs
    actions: Actions

    @property
    def words(self) -> Words:
        """The catalogue."""
        return self.look.languages.words

    @property
    def theme_hub(self) -> ThemeHub:
        """The theme in force."""
        return self.look.themes

    @property
    def language_hub(self) -> LanguageHub:
        """The language in force."""
        return self.look.languages

    def tr(self, key: str, /, **parameters: object) -> str:
        """A sentence of the catalogue in the language in force."""
        return self.look.tr(key, **parameters)
