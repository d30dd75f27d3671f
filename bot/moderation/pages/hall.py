"""What every page of the volunteers works with: the premises of the staff, and which links somebody is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.moderation import volunteers
from broadcaster.web.desk.premises import Premises, Section
from broadcaster.web.desk.visit import Visit

ROOT = "/moderation"
TEMPLATES = Path(__file__).parent / "templates"
SECTIONS = (
    Section(route="queue", path="", says="moderation_nav_queue"),
    Section(route="seniors", path="/seniors", says="moderation_nav_seniors"),
    Section(route="judged", path="/judged", says="moderation_nav_judged"),
    Section(route="accuracy", path="/accuracy", says="moderation_nav_accuracy"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall(Premises):
    """One per process."""

    async def sections_for(self, visit: Visit) -> Sequence[Section]:
        """What waits for a senior is no link for others."""
        senior = visit.staff is not None and await self.kept.ask(volunteers.is_senior, visit.staff)
        return [each for each in self.sections if senior or each.route != "seniors"]

    def scheme_name(self, scheme: str | None, visit: Visit) -> str:
        """Empty for none; one without a card is shown by its id."""
        return self.words.card(scheme, visit.language).name if scheme and scheme in self.words.schemes else scheme or ""

    def schemes(self, visit: Visit) -> Sequence[tuple[str, str]]:
        """All of them with their names, in the order of the names: the program's guess stands nowhere in front."""
        return sorted(((each, self.scheme_name(each, visit)) for each in self.words.schemes), key=lambda each: each[1])
