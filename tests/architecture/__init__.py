"""Tests of the rules that hold the code together."""
