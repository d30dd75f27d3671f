"""Which channel a person is reached by: the one SQL that the preview counts with and the freeze writes from, so that they agree.

Own addresses want a consent to the campaign's purpose on that very channel; a partner's pseudonym wants another legal basis.
Whoever never told us their language is written to in Russian, as the bot answers them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from broadcaster import database
from broadcaster.ledger_codes import SendingChannel

_SQL = database.queries_beside(__file__)

SILENCED = _SQL["silenced"]
"""Over an address called `own`, without parameters: it must not be written to. For the lease and the last look too."""

PLACE = _SQL["place"]
"""Over an address called `own`, with the parameters of `first_route`: NULL where the campaign has no use for it."""


def _filled(name: str) -> str:
    sql = _SQL[name].replace("/*first_place*/", _SQL["first_place"])
    for piece in ("stopped_once", "lifted_once", "place", "silenced"):
        sql = sql.replace(f"/*{piece}*/", _SQL[piece])
    return sql


_FIRST_ROUTE = _filled("first_route")
IS_SILENCED = _filled("is_silenced")
"""Over a row of `contact`, for many people at once."""

_ADDRESSES = ("telegram", "push", "whatsapp", "phone", "relay")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A piece of SQL and the named parameters it wants."""

    sql: str
    parameters: Mapping[str, object]


def first_route(channels: Sequence[SendingChannel], *, purpose: str, scheme: str, legal_basis: str) -> Expression:
    """Over a row of `contact`: `ledger_codes.route_of` the first usable channel, NULL when there is none.

    The next channel after a refusal is the same question about the channels that are left.
    """
    places: dict[str, int] = {}
    for place, sending in enumerate(channels):
        if sending is SendingChannel.RELAY and legal_basis == "consent":
            continue
        for channel in sending.addresses:
            places.setdefault(channel, place * 8 + sending.code)
    return Expression(
        sql=_FIRST_ROUTE,
        parameters={
            **{f"route_{channel}": places.get(channel) for channel in _ADDRESSES},
            "route_kind": consent_kind(purpose),
            "route_scheme": scheme,
        },
    )


def consent_kind(purpose: str) -> str:
    """Consent to warnings covers recalls."""
    return "educate" if purpose == "educate" else "warn"


def routed(segment: Expression, route: Expression) -> Expression:
    """A SELECT of (contact, route) for everybody in the segment; for `FROM (…)`.

    `segment` is `segments.select`. The route is NULL for whoever cannot be reached.
    """
    sql = _SQL["routed"].replace("/*first_route*/", route.sql).replace("/*segment*/", segment.sql)
    return Expression(sql=sql, parameters={**route.parameters, **segment.parameters})
