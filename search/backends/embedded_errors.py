"""The errors of the embedded engine as ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from search.backends.base import IndexBroken, SearchUnavailable

# What no new index would put right: rights, memory, open files, the size of a file, a full disk,
# a file system that is read-only, a quota.
_PASSING_NUMBERS = (1, 12, 13, 23, 24, 27, 28, 30, 122)
_PASSING = re.compile(rf"(?:os error |code: )(?:{'|'.join(map(str, _PASSING_NUMBERS))})\b")


@contextmanager
def engine_errors(kind: type[SearchUnavailable] = IndexBroken) -> Iterator[None]:
    """Raise the engine's errors as ``kind``. Its panics are no Exception, and are caught here.

    Opening and writing show whether an index is sound, unless the system is to blame: a disk
    that is full, a folder that may not be written to. A query that fails says nothing of that.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        passes = _PASSING.search(str(error)) or getattr(error, "errno", None) in _PASSING_NUMBERS
        raise (SearchUnavailable if passes else kind)(str(error)[:300]) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise kind(f"the engine panicked: {error}"[:300]) from error
