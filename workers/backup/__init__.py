"""Everything that cannot be made anew, out of an installation and into one again.

A backup is a folder: ``database/*.jsonl.gz`` (one a table, Django's JSONL), ``files/`` (stored
files under their keys), ``files.jsonl.gz`` (which of them the rows name), ``checksums.txt``
(as ``sha256sum -c`` reads it) and ``manifest.json``. It knows nothing of the database and the
store that it came from, so it is restored into any other.
"""
