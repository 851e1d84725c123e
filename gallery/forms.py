"""Forms of the gallery's pages."""

from __future__ import annotations

from datetime import datetime

from django import forms

from gallery.models import Album, AlbumOrder, LabelState, MediaItem
from gallery.names import MAX_NAME
from gallery.services.albums import MAX_DESCRIPTION, AlbumChanges
from gallery.services.dating import why_implausible
from gallery.webhook_addresses import AddressRefused, parse_target

REMOVED = "removed"


class DescriptionForm(forms.Form):
    """What the owner writes about an item."""

    description = forms.CharField(
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Add a description"}),
    )


class DateForm(forms.Form):
    """When an item was taken: the time that clocks showed there, of no zone."""

    taken_at = forms.CharField(
        label="Date and time at the place",
        max_length=40,
        error_messages={"required": "A date and a time are needed."},
        # Seconds are there to be changed only where they are known.
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "any"}),
    )

    @classmethod
    def of(cls, item: MediaItem) -> DateForm:
        """The form as the item is dated."""
        exact = "seconds" if item.taken_local.second else "minutes"
        taken = item.taken_local.replace(tzinfo=None).isoformat(timespec=exact)
        return cls(initial={"taken_at": taken})

    def full_clean(self) -> None:
        super().full_clean()
        if self.errors:
            self.fields["taken_at"].widget.attrs["autofocus"] = True

    def clean_taken_at(self) -> datetime:
        try:
            taken = datetime.fromisoformat(self.cleaned_data["taken_at"])
        except ValueError as error:
            raise forms.ValidationError("Write it like 2020-05-31 14:30.") from error
        if wrong := why_implausible(taken):
            raise forms.ValidationError(wrong)
        return taken.replace(tzinfo=None)

    def is_news_of(self, item: MediaItem) -> bool:
        """True for a valid form that dates the item otherwise than it is dated."""
        shown = item.taken_local.replace(tzinfo=None, microsecond=0)
        return bool(self.cleaned_data["taken_at"] != shown)


class FlagForm(forms.Form):
    """Sets or clears a flag of an item."""

    flag = forms.ChoiceField(choices=[("favorite", "Favorite"), ("archived", "Archived")])
    value = forms.ChoiceField(choices=[("1", "yes"), ("0", "no")])


class NewLabelForm(forms.Form):
    """A label of the owner's own."""

    name = forms.CharField(max_length=100)


class VerdictForm(forms.Form):
    """What the owner says of a label: right, wrong, neither, or (an own one) away with it."""

    state = forms.ChoiceField(choices=[*LabelState.choices, (REMOVED, "Removed")])


class UploadNotesForm(forms.Form):
    """What may come along with uploaded files."""

    description = forms.CharField(required=False, max_length=10_000)


class AlbumNameForm(forms.Form):
    """The name of a new album."""

    name = forms.CharField(max_length=MAX_NAME)


class AlbumChoiceForm(forms.Form):
    """Which album items go into."""

    album = forms.UUIDField()


class AlbumForm(AlbumNameForm):
    """What the owner may change about an album."""

    description = forms.CharField(
        required=False,
        max_length=MAX_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    ordering = forms.ChoiceField(choices=AlbumOrder.choices, label="Order")

    @classmethod
    def of(cls, album: Album) -> AlbumForm:
        """The form as the album is."""
        names = ("name", "description", "ordering")
        return cls(initial={name: getattr(album, name) for name in names})

    def changes(self) -> AlbumChanges:
        """What to change, once the form is valid."""
        sent = self.cleaned_data
        return AlbumChanges(
            name=sent["name"], description=sent["description"], ordering=sent["ordering"]
        )


class WebhookForm(forms.Form):
    """The address of a new webhook."""

    url = forms.CharField(
        label="Address",
        max_length=2000,
        widget=forms.URLInput(
            attrs={"placeholder": "https://example.org/pixtract", "autocomplete": "off"}
        ),
    )

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            parse_target(url)
        except AddressRefused as error:
            raise forms.ValidationError(str(error)) from error
        return url
