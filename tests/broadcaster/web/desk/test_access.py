"""The written matrix of docs/console.md is the one the console obeys."""

import re
from collections import defaultdict
from pathlib import Path

from broadcaster.campaign_states import Role
from broadcaster.web.desk import access

PAGE = Path(__file__).parents[4] / "docs" / "console.md"
_TABLE = re.compile(r"<!-- roles: start -->\n(.*?)<!-- roles: end -->", re.DOTALL)


def written() -> str:
    """One line for each set of roles, the widest first."""
    routes: dict[frozenset[Role], list[str]] = defaultdict(list)
    for route, roles in access.ROUTES.items():
        routes[frozenset(roles)].append(f"`{route}`")
    lines = ["| author | approver | viewer | moderator | administrator | pages and acts |", "|:-:|:-:|:-:|:-:|:-:|---|"]
    for roles in sorted(routes, key=lambda each: (-len(each), sorted(each))):
        ticks = " | ".join("✓" if role in roles else " " for role in Role)
        lines.append(f"| {ticks} | {' '.join(sorted(routes[roles]))} |")
    return "\n".join(lines) + "\n"


def test_the_table_in_the_documentation_is_the_matrix_of_the_code() -> None:
    found = _TABLE.search(PAGE.read_text(encoding="utf-8"))
    assert found
    assert found[1] == written(), f"put this between the marks of {PAGE.name}:\n{written()}"


def test_an_open_route_is_open_for_everybody_and_named_once() -> None:
    assert not access.OPEN & set(access.ROUTES)
    assert all(access.may(role, route) for role in Role for route in access.OPEN)


def test_only_administrators_touch_the_staff() -> None:
    about_staff = {route for route in access.ROUTES if route == "staff" or route.startswith("staff-")}
    assert len(about_staff) == 5
    assert {role for role in Role for route in about_staff if access.may(role, route)} == {Role.ADMIN}


def test_moderators_see_nothing_of_people_and_campaigns() -> None:
    theirs = {route for route in access.ROUTES if access.may(Role.MODERATOR, route)}
    assert theirs == {"sign-out", "me", "me-address", "me-password", "me-sign-out-everywhere"}
