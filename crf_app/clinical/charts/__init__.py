"""Charts: one frozen model of what is drawn, its layout, and how casebooks become charts. Nothing here draws."""
