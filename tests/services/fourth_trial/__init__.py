"""A trial that is definitions alone (tests/data/studies/SEASVAX): read, checked, released, filled, printed, exported, with no program code of its own."""
