"""A cache on a server that may be away: rate limits go on in this process meanwhile."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
_PAUSE_SECONDS = 5.0


class RedisOrLocalCache(RedisCache):
    """Redis; while it does not answer, a cache of this process, and a line in the log.

    After a failure Redis is left alone for five seconds, so that a server which swallows
    packets does not hold every request up.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._local = LocMemCache("redis-is-away", params)
        self._away_until = 0.0

    def check_reachable(self) -> None:
        """Raise OSError when Redis does not answer."""
        try:
            self._cache.get_client().ping()
        except RedisError as error:
            raise OSError(f"PIXTRACT_CACHE_URL: {error}") from error

    def _ask(self, operation: str, *arguments: Any, **options: Any) -> Any:
        if time.monotonic() >= self._away_until:
            try:
                return getattr(super(), operation)(*arguments, **options)
            except RedisError as error:
                self._away_until = time.monotonic() + _PAUSE_SECONDS
                logger.warning("cache unreachable", extra={"error": error})
        return getattr(self._local, operation)(*arguments, **options)

    def add(self, *arguments: Any, **options: Any) -> Any:
        return self._ask("add", *arguments, **options)

    def get(self, *arguments: Any, **options: Any) -> Any:
        return self._ask("get", *arguments, **options)

    def set(self, *arguments: Any, **options: Any) -> Any:
        return self._ask("set", *arguments, **options)

    def touch(self, *arguments: Any, **options: Any) -> Any:
        return self._ask("touch", *arguments, **options)

    def delete(self, *arguments: Any, **options: Any) -> Any:
        return self._ask("delete", *arguments, **options)

    def get_many(self, *arguments: Any, **options: Any) -> Any:
        return self._ask("get_many", *arguments, **options)

    def has_key(self, *arguments: Any, **options: Any) -> Any:
        return self._ask("has_key", *arguments, **options)

    def incr(self, *arguments: Any, **options: Any) -> Any:
        return self._ask("incr", *arguments, **options)

    def set_many(self, *arguments: Any, **options: Any) -> Any:
        return self._ask("set_many", *arguments, **options)

    def delete_many(self, *arguments: Any, **options: Any) -> Any:
        return self._ask("delete_many", *arguments, **options)

    def clear(self) -> Any:
        return self._ask("clear")
