"""Texts of study definitions: the class of the foundations under the name the study layer uses."""

from crf_app.texts import EMPTY, Text

__all__ = ["EMPTY", "Text"]
