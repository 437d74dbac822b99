"""Tests of the charts: model, layout, and what a casebook becomes."""
