"""The frame of the window: rail, top bar, status line."""
