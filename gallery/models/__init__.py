"""The gallery's nouns, one file each."""

from gallery.models.album import Album, AlbumItem, AlbumOrder
from gallery.models.category import Category, CategoryState, MediaCategory
from gallery.models.drop import DropOutcome, DroppedObject
from gallery.models.field import DocumentField, DocumentTable
from gallery.models.job import Job, JobState, Lane, Step
from gallery.models.label import Correction, Label, LabelState, MediaLabel, Verdict
from gallery.models.media import DocumentType, Kind, MediaItem
from gallery.models.refiling import Refiling
from gallery.models.rendition import Rendition
from gallery.models.text import TextPage
from gallery.models.upload import Upload, UploadState
from gallery.models.webhook import DeliveryState, FinishedItem, Webhook, WebhookDelivery

__all__ = [
    "Album",
    "AlbumItem",
    "AlbumOrder",
    "Category",
    "CategoryState",
    "Correction",
    "DeliveryState",
    "DocumentField",
    "DocumentTable",
    "DocumentType",
    "DropOutcome",
    "DroppedObject",
    "FinishedItem",
    "Job",
    "JobState",
    "Kind",
    "Label",
    "LabelState",
    "Lane",
    "MediaCategory",
    "MediaItem",
    "MediaLabel",
    "Refiling",
    "Rendition",
    "Step",
    "TextPage",
    "Upload",
    "UploadState",
    "Verdict",
    "Webhook",
    "WebhookDelivery",
]
