"""Volunteers judge what no program should judge alone. One known case is one text that people ask about.

What a citizen says comes in by `reports`, meets others like it in `cases` (by `sketches`), waits in `queue`, is voted on
and decided in `reports` by the rules of `quorum`; `telling` keeps who must be told. `abuse` shields good names.
"""
