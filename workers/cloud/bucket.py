"""The bucket as Django's storage: django-storages, with links, ranges and our own errors."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

import boto3
import botocore
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError, NoCredentialsError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from gallery.storage import Link, StoredFile, StoreUnavailable
from workers.cloud.bucket_parts import BucketParts
from workers.cloud.links import sign_link
from workers.cloud.reader import ObjectReader
from workers.cloud.store_errors import error_code, translated

_MEMORY_BYTES = 5 << 20
_DELETED_AT_ONCE = 1000
_LINK_CACHE_CONTROL = "private, max-age=3600, no-transform"


class BucketStorage(BucketParts, S3Storage):  # type: ignore[misc]
    """A bucket, or what begins with a prefix in it.

    Raises FileNotFoundError for missing objects, and StoreUnavailable for every other
    trouble. Keys are new always: nothing is overwritten, and nothing is public.
    """

    def __init__(self, **options: Any) -> None:
        self.options = options
        super().__init__(
            bucket_name=options["bucket"],
            location=options["prefix"],
            region_name=options["region"] or None,
            endpoint_url=options["endpoint_url"] or None,
            session_profile=options["profile"] or None,
            # Left to boto3, which knows of roles as well, and of when their keys change.
            access_key=None,
            secret_key=None,
            security_token=None,
            file_overwrite=False,
            default_acl=None,
            querystring_auth=True,
            querystring_expire=options["url_seconds"],
            max_memory_size=_MEMORY_BYTES,
            client_config=_client_config(options),
            transfer_config=TransferConfig(max_concurrency=4),
        )

    @property
    def client(self) -> Any:
        """boto3's client of this thread; raises StoreUnavailable for a profile not there."""
        with translated("profile"):
            return self.connection.meta.client

    @cached_property
    def public_client(self) -> Any:
        """A client that signs for the address at which browsers reach the bucket."""
        return self._browser_client(self.client_config)

    @cached_property
    def _unsigned_client(self) -> Any:
        return self._browser_client(
            self.client_config.merge(Config(signature_version=botocore.UNSIGNED))
        )

    @cached_property
    def _session(self) -> boto3.Session:
        with translated("profile"):
            return cast(boto3.Session, self._create_session())

    def _browser_client(self, config: Config) -> Any:
        address = self.options["public_url"] or self.endpoint_url
        with translated("client"):
            return self._session.client(
                "s3", region_name=self.region_name, endpoint_url=address, config=config
            )

    def object_key(self, name: str) -> str:
        """The key in the bucket of what we call ``name``: the prefix comes first."""
        return str(self._normalize_name(name))

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """How new objects are kept: encryption, and the class of the originals."""
        options = self.options
        wanted = {
            "ServerSideEncryption": options["encryption"],
            "SSEKMSKeyId": options["kms_key"] if options["encryption"] == "aws:kms" else "",
            "StorageClass": options["storage_class"] if "originals/" in name else "",
        }
        return {name: value for name, value in wanted.items() if value}

    def open_whole(self, key: str) -> tuple[BinaryIO, int]:
        """Ask for the object, with one request; raises FileNotFoundError."""
        return self._get(key)

    def open_range(self, key: str, start: int, length: int) -> BinaryIO:
        """Ask for these bytes alone; raises FileNotFoundError."""
        return self._get(key, Range=f"bytes={start}-{start + length - 1}")[0]

    def _get(self, key: str, **wanted: str) -> tuple[BinaryIO, int]:
        with translated(key):
            answer = self.client.get_object(
                Bucket=self.bucket_name, Key=self.object_key(key), **wanted
            )
        reader = io.BufferedReader(ObjectReader(answer["Body"], key), 256 << 10)
        return reader, int(answer["ContentLength"])

    def download(self, key: str, path: Path) -> None:
        """Write the object to ``path``, in parts side by side when it is large."""
        with path.open("wb") as file, self._translated(key):
            self.client.download_fileobj(
                self.bucket_name, self.object_key(key), file, Config=self.transfer_config
            )

    def upload(self, key: str, path: Path, *, replace: bool = False) -> None:
        """Write the file at ``path`` under ``key``, in parts when it is large.

        Raises FileExistsError when there is one and ``replace`` does not say to write over it.
        """
        if not replace and self.exists(key):
            raise FileExistsError(f"The bucket has {key} already.")
        parameters = self._get_write_parameters(self.object_key(key))
        with path.open("rb") as file, translated(key):
            self.client.upload_fileobj(
                file,
                self.bucket_name,
                self.object_key(key),
                ExtraArgs=parameters,
                Config=self.transfer_config,
            )

    def remove(self, keys: list[str]) -> None:
        """Delete the objects that exist, a thousand with each request."""
        rest = iter(keys)
        while batch := list(islice(rest, _DELETED_AT_ONCE)):
            self._remove_batch(batch)

    def _remove_batch(self, keys: list[str]) -> None:
        listed = [{"Key": self.object_key(key)} for key in keys]
        with translated("objects to delete"):
            answer = self.client.delete_objects(
                Bucket=self.bucket_name, Delete={"Objects": listed, "Quiet": True}
            )
        if failed := answer.get("Errors"):
            raise StoreUnavailable(f"{len(failed)} objects not deleted: {failed[0].get('Code')}")

    def link(self, key: str, *, content_type: str, disposition: str) -> Link:
        """Sign an address at which the bucket hands out the object with these headers."""
        parameters = {
            "Bucket": self.bucket_name,
            "Key": self.object_key(key),
            "ResponseContentType": content_type,
            "ResponseContentDisposition": disposition,
            "ResponseCacheControl": _LINK_CACHE_CONTROL,
        }
        with translated(key):
            url = self._unsigned_client.generate_presigned_url("get_object", Params=parameters)
            credentials = self._session.get_credentials()
            if credentials is None:
                raise NoCredentialsError
            signed, keep = sign_link(
                url,
                credentials.get_frozen_credentials(),
                str(self.region_name),
                self.querystring_expire,
            )
        return Link(signed, keep)

    def listing(self, prefix: str, after: str = "") -> Iterator[StoredFile]:
        """Every object whose key begins with ``prefix`` and comes after ``after``."""
        wanted: dict[str, str] = {"Prefix": self.object_key(prefix)}
        if after:
            wanted["StartAfter"] = self.object_key(after)
        pages = iter(
            self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket_name, **wanted)
        )
        while True:
            with translated(prefix):
                page: Mapping[str, Any] | None = next(pages, None)
            if page is None:
                return
            for entry in page.get("Contents", ()):
                yield StoredFile(self._name_of(entry["Key"]), entry["LastModified"])

    def _name_of(self, key: str) -> str:
        return key.removeprefix(f"{self.location}/") if self.location else key

    def abort_uploads(self, prefix: str, before: datetime) -> int:
        """Give up what was begun in parts ``before`` and never ended; returns how many."""
        with translated(prefix):
            listed = self.client.list_multipart_uploads(
                Bucket=self.bucket_name, Prefix=self.object_key(prefix)
            )
            stale = [one for one in listed.get("Uploads", ()) if one["Initiated"] < before]
            for one in stale:
                self.client.abort_multipart_upload(
                    Bucket=self.bucket_name, Key=one["Key"], UploadId=one["UploadId"]
                )
        return len(stale)

    def check_reachable(self) -> None:
        """Raise StoreUnavailable when the bucket is not there, or not for us."""
        with translated("bucket"):
            try:
                self.client.head_bucket(Bucket=self.bucket_name)
            except ClientError as error:
                reason = f"the bucket {self.bucket_name} answers {error_code(error)}"
                raise StoreUnavailable(reason) from error

    # Django's interface

    def _open(self, name: str, mode: str = "rb") -> Any:
        if mode != "rb":
            raise ValueError("objects are written whole: use save()")
        return File(self.open_whole(name)[0], name)

    def _save(self, name: str, content: Any) -> str:
        with translated(name):
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        self.remove([name])

    def exists(self, name: str) -> bool:
        try:
            # Without a look at the bucket: who writes next will be told of a missing one.
            with translated(name):
                self.client.head_object(Bucket=self.bucket_name, Key=self.object_key(name))
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        return int(self._head(name)["ContentLength"])

    def get_modified_time(self, name: str) -> datetime:
        return cast(datetime, self._head(name)["LastModified"])

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with translated(name):
            return cast("tuple[list[str], list[str]]", super().listdir(name))

    @contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        """Tell a missing object from a missing bucket: an answer to HEAD says 404 for both."""
        try:
            with translated(key):
                yield
        except FileNotFoundError:
            self.check_reachable()
            raise

    def _head(self, name: str) -> Mapping[str, Any]:
        with self._translated(name):
            return cast(
                "Mapping[str, Any]",
                self.client.head_object(Bucket=self.bucket_name, Key=self.object_key(name)),
            )


def _client_config(options: Mapping[str, Any]) -> Config:
    """Given whole: django-storages reads none of its own options beside it."""
    return Config(
        signature_version="s3v4",
        s3={
            "addressing_style": options["addressing"],
            "us_east_1_regional_endpoint": "regional",
        },
        request_checksum_calculation=options["checksums"],
        response_checksum_validation=options["checksums"],
        retries={"mode": "standard", "total_max_attempts": 3},
        connect_timeout=5,
        read_timeout=60,
    )
