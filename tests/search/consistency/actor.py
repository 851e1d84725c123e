"""A process that does and tells what the test asks for: one line of JSON each way."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from search.models import OutboxEntry  # noqa: E402
from tests.search.consistency.checking import differences, open_front_doors  # noqa: E402
from tests.search.consistency.operations import World  # noqa: E402


def _write(seed: str, count: int) -> list[str]:
    return World(seed).act(count)


_ASKED = {
    "write": _write,
    "waiting": OutboxEntry.objects.count,
    "open": open_front_doors,
    "differences": differences,
}


def main() -> None:
    """Answer until nobody asks any more."""
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        sys.stdout.write(json.dumps(_ASKED[name](*arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
