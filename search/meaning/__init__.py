"""What words mean, in sixteen languages: which labels lie near to what somebody typed.

Nothing of a user's is kept here: a text has the same place whoever wrote it, and what is
near is told of names that the caller gives.
"""
