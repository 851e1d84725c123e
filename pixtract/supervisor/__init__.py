"""Starts the whole product as one command, keeps it running, and stops all of it.

``python -m pixtract.supervisor`` runs web server, workers and sweeper on this machine.
Django is not loaded here, so that the process that watches the others stays small.
"""
