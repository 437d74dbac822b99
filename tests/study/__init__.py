"""Tests of definitions, item types and expressions."""
