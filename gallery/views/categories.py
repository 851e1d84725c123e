"""Folders that fill themselves."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import User
from gallery.access import get_category_for
from gallery.models import Category, Label
from gallery.queries import filled_categories, in_category, label_counts, timeline_of
from gallery.views.covers import covers_of
from gallery.views.lists import ListPage, list_page
from gallery.views.requests import PageRequest
from gallery.views.tiles import Tile

_MAX_FOLDERS = 200
_MAX_LABELS = 120


@dataclass(frozen=True, slots=True)
class Folder:
    """A category with its size and the pictures on its front."""

    category: Category
    count: int
    covers: list[Tile]


@dataclass(frozen=True, slots=True)
class CountedLabel:
    """A label's name and on how many items it is shown."""

    name: str
    item_count: int


@dataclass(frozen=True, slots=True)
class CategoriesPage:
    """Every folder that holds something, and the labels behind them."""

    folders: list[Folder]
    labels: list[CountedLabel]


@dataclass(frozen=True, slots=True)
class CategoryPage:
    """What is in one category."""

    category: Category
    count: int
    listing: ListPage


@login_required
@require_GET
def categories(request: PageRequest) -> HttpResponse:
    """Show the folders with covers and counts."""
    filled = filled_categories(request.user)[:_MAX_FOLDERS]
    covers = covers_of(timeline_of(request.user), [category.pk for category in filled])
    folders = [Folder(found, found.item_count, covers.get(found.pk, [])) for found in filled]
    page = CategoriesPage(folders, _frequent_labels(request.user))
    return render(request, "gallery/categories.html", {"page": page})


def _frequent_labels(user: User) -> list[CountedLabel]:
    counts = label_counts(user, user.shown_confidence)[:_MAX_LABELS]
    names = dict(Label.objects.filter(pk__in=[pk for pk, _ in counts]).values_list("pk", "name"))
    return [CountedLabel(names[pk], count) for pk, count in counts]


@login_required
@require_GET
def category(request: PageRequest, slug: str) -> HttpResponse:
    """Show what one category holds."""
    found = get_category_for(request.user, slug)
    items = in_category(timeline_of(request.user), found)
    page = CategoryPage(found, items.count(), list_page(request, items))
    return render(request, "gallery/category.html", {"page": page})
