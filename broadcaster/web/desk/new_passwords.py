"""A new password typed twice, for the invitation and for `me`: what is wrong with it, said at its field."""

from broadcaster import credentials
from broadcaster.web.desk.visit import Visit


def problems(visit: Visit, name: str) -> dict[str, str]:
    """Field → key of a sentence; empty: it may be taken."""
    password = visit.form.get("new", "")
    if weak := credentials.weakness(password, name):
        return {"new": f"password_{weak}"}
    if visit.form.get("again", "") != password:
        return {"again": "password_differs"}
    return {}
