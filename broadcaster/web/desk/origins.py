"""The words for where a consent or a STOP came from, and for topics and regions, on the pages about people. Pure."""

from collections.abc import Callable

from broadcaster.web.desk.office import Office
from broadcaster.web.desk.visit import Visit


def door_of(origin: str) -> tuple[str, str]:
    """The key of a sentence and whom it names; an import names its own origin, which has no words of ours."""
    door, _, who = origin.partition(":")
    if door == "staff" and who:
        return "people_origin_colleague", who
    if door == "provider":
        return "origin_provider", who
    return f"origin_{door.replace('-', '_')}", ""


def topic_namer(office: Office, visit: Visit) -> Callable[[str], str]:
    """The name of a scheme; a topic without a card is shown by its id."""

    def name(topic: str) -> str:
        return office.words.card(topic, visit.language).name if topic in office.words.schemes else topic

    return name


def region_namer(office: Office, visit: Visit) -> Callable[[str], str]:
    def name(region: str) -> str:
        return office.words.regions[region].name(visit.language) if region in office.words.regions else region

    return name
