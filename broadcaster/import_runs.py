"""One import from beginning to end, whatever its kind, with what has to be counted anew afterwards. Called by the console."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from broadcaster import contact_imports, effect, followers, import_jobs, imports, leaving, suspect_imports
from broadcaster.database import Connection
from broadcaster.import_jobs import Job, Kind, State
from broadcaster.imports import Sheet
from content.library import Library

_NEEDED = {Kind.SUSPECTS: suspect_imports.NEEDED}
COLUMNS = {
    Kind.CONTACTS: contact_imports.COLUMNS,
    Kind.SUSPECTS: suspect_imports.COLUMNS,
    Kind.FOLLOWERS: followers.COLUMNS,
}


def check(kind: Kind, file: Path) -> None:
    """Whether its first line is a header of ours. Raises BadFile."""
    with imports.opened(file, COLUMNS[kind], _NEEDED.get(kind, ())):
        return


def run(
    connection: Connection, job: Job, file: Path, *, words: Library, go_on: Callable[[], None], clock: Callable[[], datetime]
) -> None:
    """`go_on` is called while it reads and may raise to end it. Raises BadFile, DatabaseUnavailable."""

    def watch(sheet: Sheet, read: int) -> None:
        go_on()
        import_jobs.advance(connection, job.id, read=read, rows=sheet.read, refused=sheet.refused)

    import_jobs.begin(connection, job.id)
    now, counts = job.asked_at, {}
    loaded: contact_imports.Loaded | suspect_imports.Loaded | followers.Loaded
    match job.kind:
        case Kind.CONTACTS:
            loaded = people = contact_imports.load(
                connection, file, schemes=words.schemes, regions=words.regions, who=job.who, now=now, watch=watch
            )
            counts = {"made": people.made, "merged": people.merged, "stopped": people.stopped}
        case Kind.SUSPECTS:
            loaded = suspect_imports.load(connection, file, schemes=words.schemes, now=now, watch=watch)
        case Kind.FOLLOWERS:
            if job.suspect is None or job.taken_at is None:
                raise ValueError("followers of nobody")
            loaded = seen = followers.load(
                connection, file, job.suspect, taken_at=job.taken_at, who=job.who, now=now, watch=watch
            )
            counts = {"followers": seen.followers, "unfollowed": seen.unfollowed, "whole": int(seen.whole)}
            effect.keep(connection)
            leaving.keep(connection)
    import_jobs.end(connection, job.id, State.DONE, now=clock(), rows=loaded.read, refused=loaded.refused, counts=counts)
