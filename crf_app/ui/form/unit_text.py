"""Units on the form are those of paper and messages: one function says them all."""

from crf_app.study.units import display_unit as unit_text

__all__ = ["unit_text"]
