"""Forms of the account pages."""

from __future__ import annotations

import re
import zoneinfo

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm

from accounts.first_run import token_is_right
from accounts.models import User

_CITY = re.compile(r"(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/")


class FirstRunForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """Makes the administrator's account. ``token`` is asked for from elsewhere only."""

    token = forms.CharField(label="One-time token (the console shows it)", required=False)

    class Meta(BaseUserCreationForm.Meta):
        model = User
        fields = ("username", "email")

    def __init__(self, *args: object, needs_token: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        if not needs_token:
            del self.fields["token"]

    def clean_token(self) -> str:
        token = str(self.cleaned_data["token"])
        if not token_is_right(token):
            raise forms.ValidationError("This is not the token that the console shows.")
        return token


class ProfileForm(forms.ModelForm[User]):
    """What a user decides about their own pages."""

    time_zone = forms.ChoiceField(required=False)

    class Meta:
        model = User
        fields = ("first_name", "last_name", "min_confidence", "time_zone")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        # Region/City names only: the others are aliases and leftovers.
        names = ["UTC", *sorted(n for n in zoneinfo.available_timezones() if _CITY.match(n))]
        self.fields["time_zone"] = forms.ChoiceField(
            required=False, choices=[("", "The installation's"), *((n, n) for n in names)]
        )


class ApiKeyForm(forms.Form):
    """Names a new API key."""

    name = forms.CharField(max_length=100)
