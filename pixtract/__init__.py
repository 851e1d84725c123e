"""Pixtract: everything you can see or read in your own media, found in one box."""

from pixtract.celery import app as celery_app

__all__ = ["celery_app"]
__version__ = "0.1.0"
