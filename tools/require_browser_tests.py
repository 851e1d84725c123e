"""Fails when the browser tests were skipped: on CI a missing browser is no excuse.

``python -m tools.require_browser_tests REPORT`` reads pytest's JUnit report, our own file.
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

FOLDER = "tests.e2e"


def main(report: Path) -> int:
    """Returns the exit status."""
    try:
        ran = browser_tests_run(report)
    except (OSError, ElementTree.ParseError) as error:
        sys.stderr.write(f"No test report at {report}: {error}\n")
        return 1
    if not ran:
        sys.stderr.write("No browser test ran: install Chromium.\n")
        return 1
    sys.stderr.write(f"{ran} browser tests ran.\n")
    return 0


def browser_tests_run(report: Path) -> int:
    """Count the tests of tests/e2e that were not skipped."""
    cases = ElementTree.parse(report).iter("testcase")  # noqa: S314 - written by our own pytest
    return sum(
        case.get("classname", "").startswith(FOLDER) and case.find("skipped") is None
        for case in cases
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
