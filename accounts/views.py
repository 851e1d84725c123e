"""Account pages that allauth does not have: the first account, and the profile."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.first_run import comes_from_this_machine, installation_is_empty
from accounts.forms import FirstRunForm, ProfileForm
from accounts.services import create_administrator


def first_run(request: HttpRequest) -> HttpResponse:
    """Make the administrator's account, once."""
    if not installation_is_empty():
        return redirect("account_login")
    needs_token = not comes_from_this_machine(request)
    form = FirstRunForm(request.POST or None, needs_token=needs_token)
    if form.is_valid():
        user = create_administrator(form)
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return redirect("gallery:photos")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/first_run.html", {"form": form}, status=status)


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change what the user decides about their own pages."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("accounts:profile")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)
