"""Runs the rule language over a casebook: three-valued, decimal, incremental."""
