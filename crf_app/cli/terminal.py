"""The terminal: words in the user's language, results on standard output, errors as one line on standard error, passwords."""

from __future__ import annotations

import getpass
import os
import sys
from dataclasses import dataclass

from crf_app.errors import ExpectedError
from crf_app.paths import resources_folder
from crf_app.words import LANGUAGES, Words, load_words

PASSWORD_VARIABLE = "CRF_APP_PASSWORD"  # noqa: S105  the name of the variable, not its content
SECRET_VARIABLE = "CRF_APP_CERTIFICATE_PASSWORD"  # noqa: S105  the name of the variable
LANGUAGE_VARIABLE = "CRF_APP_LANG"


def chosen_language(arguments: list[str]) -> str:
    """The language of messages: `--lang` before the command, else CRF_APP_LANG ("zh", "zh_CN.UTF-8" ...), else English."""
    given = ""
    if arguments[:1] == ["--lang"]:
        given = "".join(arguments[1:2])
    elif arguments and arguments[0].startswith("--lang="):
        given = arguments[0].partition("=")[2]
    given = (given or os.environ.get(LANGUAGE_VARIABLE, "")).lower()
    return next((one for one in LANGUAGES if given.startswith(one)), "en")


@dataclass(frozen=True, slots=True)
class Terminal:
    """Speaks one language. Every text of the command line comes from the catalogue through `text`."""

    words: Words
    lang: str

    def text(self, key: str, **parameters: object) -> str:
        """The sentence `cli.<key>`."""
        return self.words.text(f"cli.{key}", self.lang, **parameters)

    def say(self, line: str) -> None:
        """One line of result, at once: a long command may be watched, or end in an error of the next line."""
        print(_printable(line, sys.stdout.encoding), flush=True)

    def complain(self, line: str) -> None:
        """One line of error."""
        sys.stdout.flush()
        print(_printable(" ".join(line.split()), sys.stderr.encoding), file=sys.stderr, flush=True)

    def sentence(self, error: ExpectedError) -> str:
        """What an expected error says. One without a sentence is named by its code, so that it can be looked up."""
        key = f"error.{error.code}"
        if not self.words.has(key):
            return self.text("error_without_words", code=str(error))
        return self.words.text(key, self.lang, **error.parameters)

    def password(self, user: str) -> str:
        """The password of `user`: from the environment, else asked at the terminal, else one line of standard input.

        Never an argument: other users of the machine can read those. Raises ExpectedError "no_password".
        """
        given = os.environ.get(PASSWORD_VARIABLE)
        if given is None and sys.stdin.isatty():
            given = getpass.getpass(self.text("ask_password", user=user))
        elif given is None:
            given = sys.stdin.readline().rstrip("\r\n")
        if not given:
            raise ExpectedError("no_password", variable=PASSWORD_VARIABLE)
        return given


    def secret(self, name: str) -> str:
        """The password of a certificate file or the PIN of a token: from the environment, else asked, else one line of standard input."""
        given = os.environ.get(SECRET_VARIABLE)
        if given is None and sys.stdin.isatty():
            given = getpass.getpass(self.text("ask_secret", name=name))
        elif given is None:
            given = sys.stdin.readline().rstrip("\r\n")
        return given


def _printable(line: str, encoding: str | None) -> str:
    """A terminal that cannot show a character shows its code point instead of failing."""
    code = encoding or "utf-8"
    return line.encode(code, "backslashreplace").decode(code)


def open_terminal(lang: str) -> Terminal:
    """A terminal with the program's words."""
    return Terminal(load_words(resources_folder() / "words"), lang)
