"""The whole window."""

from tests.ui.shell_fixtures import hands, workspace_master

__all__ = ["hands", "workspace_master"]
