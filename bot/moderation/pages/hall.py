"""What every page of the volunteers works with: the premises of the staff, and which links somebody is shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.moderation import unended, volunteers
from bot.moderation.pages.finding import Finder
from broadcaster.web.desk.premises import Premises, Section
from broadcaster.web.desk.visit import Visit

ROOT = "/moderation"
TEMPLATES = Path(__file__).parent / "templates"
SECTIONS = (
    Section(route="queue", path="", says="moderation_nav_queue"),
    Section(route="seniors", path="/seniors", says="moderation_nav_seniors"),
    Section(route="judged", path="/judged", says="moderation_nav_judged"),
    Section(route="phrases", path="/phrases", says="phrases_nav"),
    Section(route="tellings", path="/tellings", says="tellings_nav"),
    Section(route="accuracy", path="/accuracy", says="moderation_nav_accuracy"),
)
FOR_SENIORS = frozenset({"seniors", "tellings"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall(Premises):
    """One per process."""

    finder: Finder

    async def sections_for(self, visit: Visit) -> Sequence[Section]:
        """What waits for a senior is no link for others."""
        if visit.staff is None or not await self.kept.ask(volunteers.is_senior, visit.staff):
            return [each for each in self.sections if each.route not in FOR_SENIORS]
        unknown = await self.kept.ask(unended.unknown, now=visit.now)
        return [replace(each, waiting=unknown) if each.route == "tellings" else each for each in self.sections]

    def scheme_name(self, scheme: str | None, visit: Visit) -> str:
        """Empty for none; one without a card is shown by its id."""
        return self.words.card(scheme, visit.language).name if scheme and scheme in self.words.schemes else scheme or ""

    def schemes(self, visit: Visit) -> Sequence[tuple[str, str]]:
        """All of them with their names, in the order of the names: the program's guess stands nowhere in front."""
        return sorted(((each, self.scheme_name(each, visit)) for each in self.words.schemes), key=lambda each: each[1])
