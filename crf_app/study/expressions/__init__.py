"""The rule language: text in, syntax tree out. It says nothing about subjects; `clinical.rules` runs it."""
