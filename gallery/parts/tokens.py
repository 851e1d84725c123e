"""Tokens that let one client make one request for one part of one upload, for an hour."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.core import signing

_SALT = "gallery.parts"
SECONDS = 3600


class BadToken(Exception):
    """The token is not ours, or too old."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows. ``md5`` is base64; empty for requests without a body of the file's."""

    method: str
    owner_id: uuid.UUID
    upload_id: uuid.UUID
    part_number: int
    md5: str


def token_for(grant: Grant) -> str:
    claims = [
        grant.method,
        grant.owner_id.hex,
        grant.upload_id.hex,
        grant.part_number,
        grant.md5,
    ]
    return signing.dumps(claims, salt=_SALT, compress=False)


def grant_of(token: str) -> Grant:
    """Return what the token allows; raises BadToken."""
    try:
        method, owner, upload, number, md5 = signing.loads(token, salt=_SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise BadToken("The address is not valid, or no longer.") from error
    return Grant(method, uuid.UUID(owner), uuid.UUID(upload), number, md5)
