"""From the outbox to users' webhooks: the message, the wire, the loop."""
