"""Index and database agree, whatever is killed: random histories in real processes."""
