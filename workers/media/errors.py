"""The one error that working on a file raises, with words for the person who owns the file."""

from __future__ import annotations

MESSAGES = {
    "truncated": "The file ends too early.",
    "corrupt": "The file is damaged and cannot be read.",
    "unsupported": "This kind of file cannot be read.",
    "too_many_pixels": "The picture is too large.",
    "too_many_pages": "The document has too many pages.",
    "too_large": "What the file unpacks to is too large.",
    "needs_password": "The PDF needs a password.",
    "out_of_memory": "Reading the file takes more memory than is allowed.",
    "timeout": "Reading the file takes longer than is allowed.",
    "crashed": "Reading the file made the decoder crash.",
    "no_video": "The file has no picture track that can be read.",
}


class MediaError(Exception):
    """A file could not be worked on.

    ``code`` is one of the keys of ``MESSAGES``; ``message`` is meant for people and holds
    nothing out of the file. ``detail`` is for the log only. ``permanent`` means that the same
    file will fail again: do not retry.
    """

    def __init__(
        self, code: str, message: str = "", *, detail: str = "", permanent: bool = True
    ) -> None:
        self.code = code
        self.message = message or MESSAGES[code]
        self.detail = detail[:500]
        self.permanent = permanent
        super().__init__(self.message)


def spell_count(count: int) -> str:
    """Write a large number the way people say it: 280 million, 4.3 billion."""
    for size, word in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if count >= size:
            return f"{count / size:.3g} {word}"
    return f"{count:,}"


def check_pixels(width: int, height: int, limit: int) -> None:
    """Refuse a picture that claims more than ``limit`` pixels, or none; raises MediaError."""
    if width < 1 or height < 1:
        raise MediaError("corrupt")
    if width * height > limit:
        claimed, allowed = spell_count(width * height), spell_count(limit)
        raise MediaError(
            "too_many_pixels", f"The picture claims {claimed} pixels; the limit is {allowed}."
        )
