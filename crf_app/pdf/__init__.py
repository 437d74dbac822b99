"""Casebooks and blank forms on paper. The only place of ReportLab."""
