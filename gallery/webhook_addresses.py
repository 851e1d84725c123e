"""Which addresses a webhook may have, and reach: nothing that stands beside this machine."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

_MAX_LENGTH = 2000
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(Exception):
    """A webhook may not have, or not reach, this address; the text says why, for people."""


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook's address in parts. ``path`` holds the query, too."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def parse_target(url: str) -> Target:
    """Take a webhook's address apart; raises AddressRefused. Asks no name server."""
    if len(url) > _MAX_LENGTH or any(not 0x20 < ord(character) < 0x7F for character in url):
        raise AddressRefused("An address has at most 2,000 plain characters, none of them blank.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("This is no address.") from error
    schemes = ("https", "http") if settings.PIXTRACT_WEBHOOKS["allow_http"] else ("https",)
    if parts.scheme not in schemes:
        raise AddressRefused(f"The address must begin with {' or '.join(schemes)}.")
    if not parts.hostname or port == 0:
        raise AddressRefused("The address names no host.")
    if "@" in parts.netloc or parts.fragment:
        raise AddressRefused("The address may have neither user nor fragment.")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(secure, parts.hostname, port or (443 if secure else 80), path)
    _refuse_private_literal(target.host)
    return target


def _refuse_private_literal(host: str) -> None:
    name = host.rstrip(".")
    address = _literal(name)
    is_private = address is not None and not is_public(address)
    if is_private or name == "localhost" or name.endswith(".localhost"):
        _refuse_unless_allowed()


def _literal(host: str) -> _Address | None:
    """The address that ``host`` spells, as resolvers read it: 2130706433 and 0x7f.1, too."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _refuse_unless_allowed() -> None:
    if not settings.PIXTRACT_WEBHOOKS["allow_private"]:
        raise AddressRefused("Webhooks reach public addresses only.")


def resolve(target: Target) -> tuple[str, ...]:
    """Return the host's addresses, all of them allowed; raises AddressRefused, OSError.

    Whoever sends must connect to one of these and not ask for the name again: a name
    server may answer differently the second time.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise AddressRefused("The address names no host.") from error
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        # A zone ("%eth0") only ever stands behind link-local addresses.
        if not is_public(ipaddress.ip_address(address.partition("%")[0])):
            _refuse_unless_allowed()
    return addresses


def is_public(address: _Address) -> bool:
    """Whether this, and the IPv4 address that an IPv6 one may carry, is on the open internet."""
    if isinstance(address, ipaddress.IPv6Address):
        carried = _carried(address)
        if any(not is_public(inner) for inner in carried):
            return False
        if address.ipv4_mapped:
            return True
    return address.is_global and not (
        address.is_multicast
        or address.is_private
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
    )


def _carried(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in inner if each is not None]
