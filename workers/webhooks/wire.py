"""One POST to a stranger's address: to the very address that was checked, bounded in all ways."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from gallery.webhook_addresses import Target, resolve

_MAX_ANSWER = 4096


class Unreachable(Exception):
    """There was no answer; the text says why, for the webhook's owner."""


class _CheckedConnection(http.client.HTTPConnection):
    """Connects to ``addresses`` in place of whatever the name stands for by now."""

    def __init__(self, target: Target, addresses: tuple[str, ...], seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._target = target
        self._addresses = addresses

    def connect(self) -> None:
        self.sock = self._first_that_answers()
        if self._target.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._target.host)

    def _first_that_answers(self) -> socket.socket:
        error: OSError | None = None
        for address in self._addresses[:4]:
            try:
                return socket.create_connection((address, self._target.port), self.timeout)
            except OSError as failed:
                error = failed
        raise error or OSError("no address")


def post(target: Target, body: bytes, headers: Mapping[str, str], seconds: float) -> int:
    """Send ``body``; returns the answer's status. Redirects are answers like others.

    Raises AddressRefused and Unreachable. ``seconds`` bound each wait, twice that the whole.
    """
    connection = None
    try:
        connection = _CheckedConnection(target, resolve(target), seconds)
        with _ended_after(connection, 2 * seconds):
            connection.request("POST", target.path, body, {"Host": target.host_header, **headers})
            answer = connection.getresponse()
            answer.read(_MAX_ANSWER)
            return answer.status
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(f"Its certificate is not trusted: {error.verify_message}.") from error
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(_words(error)) from error
    finally:
        if connection is not None:
            connection.close()


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "It did not answer in time."
    if isinstance(error, socket.gaierror):
        return "Its name is not known."
    if isinstance(error, ConnectionRefusedError):
        return "It refused the connection."
    return "The connection broke, or the answer was no HTTP."


@contextmanager
def _ended_after(connection: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """Cut the connection then, so that nobody holds us by answering a byte at a time."""

    def cut() -> None:
        if connection.sock is not None:
            # Whatever ended by itself is not connected any more.
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
