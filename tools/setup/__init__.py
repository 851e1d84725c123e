"""Brings a checkout from nothing to ready; what is ready already is left alone.

Standard library only: this runs before anything is installed. What was made from what is
remembered as content hashes, so that a second run does nothing and needs no network.
"""
