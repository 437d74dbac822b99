"""Tests of users, roles and rights."""
