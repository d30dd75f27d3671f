"""An id as an address or a form gives it."""


def id_in(text: str) -> int | None:
    """None for what cannot be one: SQLite knows no number of twenty digits, and Python would read «٣» as one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
