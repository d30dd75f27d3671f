"""Who may open what, for one application of staff pages: route name → roles. What does not stand there opens for nobody."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from broadcaster.campaign_states import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """`open`: for whoever has not signed in. `takes_file`: a form with a file in it is read on no other route."""

    roles: Mapping[str, frozenset[Role]]
    open: Set[str]
    takes_file: Set[str] = frozenset()

    def may(self, role: Role, route: str) -> bool:
        return route in self.open or role in self.roles.get(route, frozenset())
