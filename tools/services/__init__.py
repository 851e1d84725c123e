"""Servers for development and tests, on this machine's loopback alone.

Standard library only, and nothing is installed: Maven fetches what Java runs.
"""
