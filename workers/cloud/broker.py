"""How SQS says no: kombu translates what its network says, but not what its service says."""

from __future__ import annotations

from botocore.exceptions import ClientError as BrokerRefused

__all__ = ["BrokerRefused"]
