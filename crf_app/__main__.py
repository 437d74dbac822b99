"""Start-up: `crf-app`, `python -m crf_app`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

READ_TABLE = "--read-table"
READ_SCAN = "--read-scan"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code: 0 only on success. Without arguments the window opens."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given:
        # The quickest way to the log-in page: nothing of the command line is needed for it.
        from crf_app.app import run

        return run(None)
    if given[0] == READ_TABLE:
        # A process of our own that reads one strange file (crf_app.imports.reading).
        from crf_app.imports.child import main as read_table

        return read_table(int(given[1]), given[2])
    if given[0] == READ_SCAN:
        # ... and one that looks at a scan (crf_app.imports.scans)
        from crf_app.imports.scan_child import main as look_at_scan

        return look_at_scan(int(given[1]), int(given[2]))
    from crf_app.cli.main import run_command

    return run_command(given)


if __name__ == "__main__":
    sys.exit(main())
