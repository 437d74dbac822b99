"""Protocol amendments: a new version of the study in a running workspace (docs/adr/0070)."""
