"""Making a definition: very many small objects that all stay, and none of which is ever part of a circle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without the search for circles of dead objects, which would look at everything again and again while it grows, and find nothing.

    As it was before afterwards, also after an error. What was made counts as old from then on, so that the first search after it does not
    go through all of it.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if not gc.get_freeze_count():  # frozen by somebody else: not ours to thaw
                gc.freeze()
                gc.unfreeze()  # thawed objects are of the oldest generation
            gc.enable()
