"""What one item holds. The class lives beside the item types that make it; this is its name in the clinical layer."""

from crf_app.study.values import BLANK, MISSING_CODES, Value

__all__ = ["BLANK", "MISSING_CODES", "Value"]
