"""A bucket that takes files in parts from clients themselves, by signed addresses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from gallery.parts.types import MEBIBYTE, Arriving, SignedRequest, Wish
from gallery.storage import StoreUnavailable
from workers.cloud.store_errors import error_code, translated

_SECONDS = 3600
# A copy in one request ends at 5 GB; above this size the store copies in parts, itself.
_COPY = TransferConfig(
    multipart_threshold=512 * MEBIBYTE, multipart_chunksize=256 * MEBIBYTE, max_concurrency=4
)
_OPERATIONS = {
    "PUT": "upload_part",
    "GET": "list_parts",
    "POST": "complete_multipart_upload",
    "DELETE": "abort_multipart_upload",
}
_ENCRYPTION_HEADERS = {
    "ServerSideEncryption": "x-amz-server-side-encryption",
    "SSEKMSKeyId": "x-amz-server-side-encryption-aws-kms-key-id",
}


class BucketParts(ABC):
    """What a bucket's storage needs of ``gallery.parts.types.PartStore``.

    The storage itself says how its bucket is reached, and under which keys objects are kept how.
    """

    bucket_name: str
    client: Any
    public_client: Any

    @abstractmethod
    def object_key(self, name: str) -> str:
        """Return the key in the bucket of what we call ``name``."""

    @abstractmethod
    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """Return how a new object of that name is kept."""

    def begin_parts(self, key: str) -> str:
        """Begin an upload in parts; returns the bucket's name for it."""
        with translated(key):
            answer = self.client.create_multipart_upload(
                **self._at(key), **self.get_object_parameters(key)
            )
        return str(answer["UploadId"])

    def sign_part(self, arriving: Arriving, wish: Wish) -> SignedRequest:
        """Sign an address for this one request; the MD5 of a body is signed with it."""
        wanted, headers = self._at(arriving.key), dict[str, str]()
        operation = _OPERATIONS[wish.method]
        if arriving.part_bytes:
            wanted["UploadId"] = arriving.multipart_id
        else:
            operation = "put_object"
            headers = self._encrypt(arriving.key, wanted)
        if wish.method == "PUT":
            wanted["ContentMD5"] = headers["Content-MD5"] = wish.md5
        if wish.part_number:
            wanted["PartNumber"] = wish.part_number
        with translated(arriving.key):
            url = self.public_client.generate_presigned_url(
                operation, Params=wanted, ExpiresIn=_SECONDS
            )
        return SignedRequest(str(url), headers)

    def _encrypt(self, key: str, wanted: dict[str, Any]) -> dict[str, str]:
        """Ask for encryption; what is signed as a header must be sent as one."""
        found = self.get_object_parameters(key)
        names = [name for name in _ENCRYPTION_HEADERS if name in found]
        wanted |= {name: found[name] for name in names}
        return {_ENCRYPTION_HEADERS[name]: found[name] for name in names}

    def part_sizes(self, arriving: Arriving) -> dict[int, int] | None:
        """Bytes by number of the parts that are there; None when the upload is unknown."""
        pages = self.client.get_paginator("list_parts").paginate(
            **self._at(arriving.key), UploadId=arriving.multipart_id
        )
        with translated(arriving.key):
            try:
                listed = [part for page in pages for part in page.get("Parts", ())]
            except ClientError as error:
                if error_code(error) == "NoSuchUpload":
                    return None
                raise
        return {part["PartNumber"]: part["Size"] for part in listed}

    def give_up_parts(self, arriving: Arriving) -> None:
        """Forget the parts; an upload that is complete or unknown is no error."""
        with translated(arriving.key):
            try:
                self.client.abort_multipart_upload(
                    **self._at(arriving.key), UploadId=arriving.multipart_id
                )
            except ClientError as error:
                if error_code(error) != "NoSuchUpload":
                    raise StoreUnavailable(f"{arriving.key}: {error}") from error

    def copy_within(self, source: str, target: str) -> None:
        """Copy an object inside the bucket, in parts when it is large; nothing comes here."""
        with translated(source):
            self.client.copy(
                self._at(source),
                self.bucket_name,
                self.object_key(target),
                ExtraArgs=self.get_object_parameters(target),
                Config=_COPY,
            )

    def _at(self, key: str) -> dict[str, Any]:
        return {"Bucket": self.bucket_name, "Key": self.object_key(key)}
