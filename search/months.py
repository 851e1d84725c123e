"""What months are called in other languages, for whoever types a date as plain words."""

from __future__ import annotations

from collections.abc import Iterable

from search.analysis import words

# The months in order, each in German, French, Spanish and Italian. What is an English word of
# another meaning ("mars", "mayo") is left out.
_MONTHS = (
    ("January", "Januar Jänner janvier enero gennaio"),
    ("February", "Februar Feber février febrero febbraio"),
    ("March", "März marzo"),
    ("April", "avril abril aprile"),
    ("May", "Mai maggio"),
    ("June", "Juni juin junio giugno"),
    ("July", "Juli juillet julio luglio"),
    ("August", "août agosto"),
    ("September", "septembre septiembre setiembre settembre"),
    ("October", "Oktober octobre octubre ottobre"),
    ("November", "novembre noviembre"),
    ("December", "Dezember décembre diciembre dicembre"),
)
_ENGLISH = {word: month for month, names in _MONTHS for word in words(names)}


def month_called(text: str) -> str:
    """Return the English name of a month that is called so elsewhere; nothing for all else."""
    typed = words(text)
    return _ENGLISH.get(typed[0], "") if len(typed) == 1 else ""


def foreign_months() -> Iterable[str]:
    """Return all names of months in other languages."""
    return _ENGLISH
