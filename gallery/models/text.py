"""Text that was read on a page, a picture or a frame of a video."""

from __future__ import annotations

from typing import Any

from django.db import models

from gallery.models.media import MediaItem


def text_of_lines(lines: list[dict[str, Any]]) -> str:
    """Return the text of stored lines, joined by one break each."""
    return "\n".join(line["text"] for line in lines)


class TextOfLines(models.TextField):  # type: ignore[type-arg]  # generic for the checker alone
    """The text of ``lines`` without the boxes of its words, worked out with every save."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001 - Django's own
        text = text_of_lines(getattr(model_instance, "lines"))  # noqa: B009 - of any model
        setattr(model_instance, self.attname, text)
        return text


class TextPage(models.Model):
    """One page's text.

    ``lines`` is ``[{"text", "confidence", "box": [left, top, width, height],
    "words": [{"text", "confidence", "box"}]}]`` in reading order. ``start_ms`` and
    ``end_ms`` are set for frames of a video. ``text`` follows from ``lines`` and is kept so
    that nobody must read every word's box to know the words.
    """

    item = models.ForeignKey(MediaItem, on_delete=models.CASCADE, related_name="text_pages")
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=20)
    rotation = models.SmallIntegerField(default=0)
    lines = models.JSONField(default=list)
    text = TextOfLines(editable=False, default="")
    start_ms = models.PositiveIntegerField(null=True, blank=True)
    end_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="gallery_textpage_unique"),
        ]

    def __str__(self) -> str:
        return f"page {self.number} of {self.item_id}"
