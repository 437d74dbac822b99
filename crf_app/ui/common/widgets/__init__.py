"""The painted and composed widgets of the look."""
