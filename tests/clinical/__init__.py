"""Tests of captured data and its rules."""
