"""What every page of the console works with beside the premises: policy, counting, imports. Built by web.console."""

from dataclasses import dataclass
from pathlib import Path

from broadcaster import halt
from broadcaster.policy import Policy
from broadcaster.settings import SenderSettings
from broadcaster.web.desk.import_queue import ImportQueue
from broadcaster.web.desk.live_counts import LiveCounts
from broadcaster.web.desk.premises import Premises, Section
from broadcaster.web.register import Register

SECTIONS = (
    Section(route="today", path="/", says="nav_today"),
    Section(route="campaigns", path="/campaigns", says="nav_campaigns"),
    Section(route="campaign-new", path="/campaigns/new", says="nav_new"),
    Section(route="people", path="/people", says="nav_people"),
    Section(route="suspects", path="/suspects", says="nav_suspects"),
    Section(route="unsubscribes", path="/unsubscribes", says="nav_unsubscribes"),
    Section(route="effects", path="/effects", says="nav_effects"),
    Section(route="audit", path="/audit", says="nav_audit"),
    Section(route="staff", path="/staff", says="nav_staff"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office(Premises):
    """One per process. `counting` is a connection of its own for what may take a second on millions; `headcounts` is one more,
    for counts of all people: no page waits for it, a submission does. `uploads` holds files on their way to `imports`.
    """

    settings: SenderSettings
    policy: Policy
    counting: Register
    headcounts: Register
    live_counts: LiveCounts
    imports: ImportQueue
    uploads: Path

    async def is_stopped(self) -> bool:
        return await self.kept.ask(halt.is_stopped)
