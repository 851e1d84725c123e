"""The tests of pages, API and outbox once more, with a server as the engine."""
