"""Does the web server of this machine serve? ``python -m pixtract.supervisor.probe`` for Docker."""

from __future__ import annotations

import http.client
import sys

from pixtract.supervisor.options import Options, read_options

_SECONDS = 5


def web_answers(options: Options) -> bool:
    """Tell whether the web server says that it is ready, under a name that it answers to."""
    connection = http.client.HTTPConnection(options.probe_host, options.port, timeout=_SECONDS)
    try:
        connection.request("GET", "/health/ready", headers={"Host": options.host_header})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if web_answers(read_options()) else 1)
