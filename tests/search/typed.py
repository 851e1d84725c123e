"""What people might type, and what nobody would: texts for properties of the language."""

from __future__ import annotations

import os
import random

from hypothesis import strategies as st

from search.fields import FIELDS

# The soak tries as many times more.
TIMES = 20 if os.environ.get("SOAK") else 1

_SIGNS = (
    "(", ")", '"', "AND ", "OR ", "NOT ", " AND", "&&",
    "||", "-", "!", "+", "[", "]", "{", "}", " TO ",
    "*", "?", "~", "~2", "^", "^2.5", "\\", ":", "::",
    ",", ".", "..", ">", "<", "<=", ">=", "=", "#",
    "/", "_", "'", "\u2019", "$", "€", "%",
    " ", "  ", "\n", "\t", "\0", "\x1e", "\x1f", "\ufeff",
)  # fmt: skip
_SCRIPTS = (
    "dog", "Beach", "ÉTÉ", "straße", "İ", "ŉ",
    "ﬁn", "ǰ", "niño", "犬", "東京タワー", "ﾊﾟﾝ", "カ\u3099",
    "북한산", "ไทย", "مكتبة", "الكتاب", "собака",
    "ΣΊΣΥΦΟΣ", "שלום", "हिन्दी", "😀", "👨\u200d👩\u200d👧",
    "\u202eabc\u202c", "\u2066x\u2069", "\u200f", "\u200b",
    "\ud800", "\udfff", "\U0010ffff", "\ue000",
    "a\u0301", "U.S.A.", "don't", "A-1312/B", "33.90",
    "IMG_2034", "٣", "²", "Ⅷ", "\uff11\uff12",
)  # fmt: skip
_VALUES = (
    "2024", "2024-05", "2024-05-31", "2024-02-30",
    "0000", "9999-12-31", "2024/5/1", "today", "Yesterday",
    "2023..2024-05", "..", "2024..", "..2024",
    "*..*", "[2024-01-01 TO 2024-06-30]", "{1 TO 9}", "[* TO 5]",
    "[5 TO", ">90", ">=90<=95", "<0", ">999", "<=100",
    "0..100", "10mb", ">1.5k", "1,234.50", "30,90", "$5",
    "€12", "1.5", "99999999999999", "lisbon", "new york", "38.7,-9.1,5km", "91,1", "photo",
    "Receipts",
    "favorite", "trashed", "text", "people", "banana",
)  # fmt: skip
_FIELDS = tuple(f"{name}:" for name in (*FIELDS, "LABEL", "unknown", "http", "a"))

pieces = st.lists(
    st.sampled_from((*_SIGNS, *_SCRIPTS, *_VALUES, *_FIELDS, *_SIGNS)), max_size=24
).map("".join)

_ENDINGS = ("", "", "", "*", "?", "~", "~2", "^3", "~0*", "*~2", ">90", ">=30<60")
_TAILS = ("", "", "~3", "~99", ">90", ">=80<=90")
_BEGINNINGS = ("", "", "", "-", "NOT ", "!", "(", "-(", "label:(", "taken:-(", "confidence:>50 ")
_BETWEEN = (" ", " ", " ", " OR ", " && ", " || ", " AND NOT ", ") ", ") OR ")


def _leaf(draw: random.Random) -> str:
    """A condition as people write them, and what leads on to the next."""
    words = draw.choices((*_SCRIPTS, *_VALUES, "te?t", "the", "in"), k=draw.randint(1, 3))
    quoted = f'"{" ".join(words)}"{draw.choice(_TAILS)}'
    text = draw.choice((words[0] + draw.choice(_ENDINGS), quoted))
    field = draw.choice((draw.choice(_FIELDS), "", ""))
    return draw.choice(_BEGINNINGS) + field + text + draw.choice(_BETWEEN)


_DRAW = random.Random(11)  # noqa: S311 - always the same, no secret
# Text that means something nearly everywhere, nested as people would nest it.
sentences = st.lists(
    st.sampled_from([_leaf(_DRAW) for _ in range(4_000)]), min_size=1, max_size=12
).map("".join)
