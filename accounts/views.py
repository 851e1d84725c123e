"""Account pages that allauth does not have: the first account, and the profile."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.first_run import comes_from_this_machine, installation_is_empty
from accounts.forms import ApiKeyForm, FirstRunForm, ProfileForm
from accounts.keys import get_api_key_for, live_api_keys, revoke_api_key, signed_in_user
from accounts.services import create_administrator, note_confidence
from accounts.tokens import create_api_key


def first_run(request: HttpRequest) -> HttpResponse:
    """Make the administrator's account, once."""
    if not installation_is_empty():
        return redirect("account_login")
    needs_token = not comes_from_this_machine(request)
    form = FirstRunForm(request.POST or None, needs_token=needs_token)
    if form.is_valid():
        user = create_administrator(form.save(commit=False))
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return redirect("gallery:photos")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/first_run.html", {"form": form}, status=status)


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change what the user decides about their own pages."""
    user = signed_in_user(request)
    before = user.shown_confidence
    form = ProfileForm(request.POST or None, instance=user)
    if form.is_valid():
        note_confidence(form.save(), before)
        messages.success(request, "Saved.")
        return redirect("accounts:profile")
    return _profile_page(request, form)


@login_required
@require_POST
def new_key(request: HttpRequest) -> HttpResponse:
    """Make an API key; its token is in this answer and nowhere else."""
    user = signed_in_user(request)
    form = ApiKeyForm(request.POST)
    if not form.is_valid():
        messages.error(request, "A key needs a name of at most 100 characters.")
        return redirect("accounts:profile")
    _, token = create_api_key(user, form.cleaned_data["name"])
    return _profile_page(request, ProfileForm(instance=user), token)


@login_required
@require_POST
def revoke_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Make an own API key useless."""
    key = get_api_key_for(signed_in_user(request), key_id)
    revoke_api_key(key)
    messages.success(request, f"The key {key.name} is revoked.")
    return redirect("accounts:profile")


def _profile_page(request: HttpRequest, form: ProfileForm, new_token: str = "") -> HttpResponse:
    keys = live_api_keys(signed_in_user(request))
    context = {"form": form, "api_keys": keys, "new_token": new_token}
    response = render(
        request, "accounts/profile.html", context, status=422 if form.is_bound else 200
    )
    if new_token:
        response["Cache-Control"] = "no-store"
    return response
