"""Known cases: copies found, different texts mistaken for one another, speed of look-ups and of the queue.

    .venv/bin/python -m benchmarks.cases [--cases 100000] [--data FOLDER]

Copies are made by rules (benchmarks.copies) from the development texts; --data adds a folder of .jsonl files with real texts,
each looked up among all others. Seeds are fixed.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import combinations
from pathlib import Path

from benchmarks.copies import EDITS
from bot import tickets
from bot.masking import mask
from bot.message import Door
from bot.moderation import cases, decisions, queue, reports, sketches, volunteers
from bot.moderation.cases import CaseId, Harm, NothingToJudge, Ruling
from bot.moderation.reports import Reporter
from bot.verdict.evidence import Level, Verdict
from broadcaster import database, staff
from broadcaster.addresses import Address, Channel
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from content.language import Language
from tests.bot.people import new_register

DEVELOPMENT = Path(__file__).parents[1] / "nlu" / "evaluation" / "development"
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
QUOTED_FROM = 12
SHOWN = 4
TEST_QUESTIONS = 500


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--cases", type=int, default=100_000, help="cases in the big register (default 100000, at least 2000)")
    arguments.add_argument("--data", type=Path, help="folder of .jsonl files with a `text` in each row")
    given = arguments.parse_args()
    texts = _texts(DEVELOPMENT.glob("*.jsonl"))
    kept = [_copies(texts), _pairs(texts)]
    more = texts
    if given.data:
        more = _texts([*DEVELOPMENT.glob("*.jsonl"), *given.data.glob("*.jsonl")])
        _among_all(more)
    with tempfile.TemporaryDirectory() as folder:
        register = new_register(Path(folder))
        _fill(register, more, given.cases)
        kept += [_lookups(register, texts), _queue(register)]
        register.close()
    return 0 if all(kept) else 1


def _texts(files: Iterable[Path]) -> list[str]:
    """Masked, each spelling once."""
    rows = [json.loads(line) for file in sorted(files) for line in file.open(encoding="utf-8")]
    found = {sketches.sketch(text).words: text for text in (mask(row["text"]).text for row in rows if "text" in row)}
    found.pop((), None)
    return list(found.values())


def _copies(texts: Sequence[str]) -> bool:
    chance = random.Random(7)
    found: Counter[str] = Counter()
    made: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        register = new_register(Path(folder))
        own = {text: _open(register, text) for text in texts}
        for text in texts:
            for name, edit in EDITS.items():
                copy = mask(edit(text, chance)).text
                if copy == text or (name == "partial quote" and len(text.split()) < QUOTED_FROM):
                    continue
                made[name] += 1
                case = cases.find(register, copy)
                found[name] += case is not None and case.id == own[text]
        register.close()
    print(f"copies found, of {len(texts)} development texts:")
    for name in EDITS:
        print(f"  {name:45} {found[name]:5} of {made[name]:5}  {found[name] / made[name]:7.2%}")
    share = found.total() / made.total()
    print(f"  {'all':45} {found.total():5} of {made.total():5}  {share:7.2%}   target >= 95 %")
    return share >= 0.95


def _pairs(texts: Sequence[str]) -> bool:
    """Every pair, compared in full: the index plays no part."""
    made = [sketches.sketch(text) for text in texts]
    alike = [(one, other) for one, other in combinations(range(len(made)), 2) if sketches.are_alike(made[one], made[other])]
    pairs = len(made) * (len(made) - 1) // 2
    print(f"different texts taken for one: {len(alike)} of {pairs} pairs, {len(alike) / pairs:.5%}   target <= 0.1 %")
    for one, other in alike[:SHOWN]:
        print(f"    {_line(texts[one])} | {_line(texts[other])}")
    return len(alike) <= pairs / 1_000


def _among_all(texts: Sequence[str]) -> None:
    """Real texts hold real copies; some of those that are found are shown, to be judged by eye."""
    with tempfile.TemporaryDirectory() as folder:
        register = new_register(Path(folder))
        met = []
        for text in texts:
            case = cases.find(register, text)
            if case is not None:
                met.append((text, case.text))
            else:
                _open(register, text)
        register.close()
    print(f"of {len(texts)} development and real texts {len(met)} meet an earlier one ({len(met) / len(texts):.2%}), such as")
    for text, other in random.Random(7).sample(met, min(len(met), 2 * SHOWN)):
        print(f"    {_line(text)} | {_line(other)}")


def _fill(register: Connection, texts: Sequence[str], count: int) -> None:
    """Open cases out of two to four sentences of real texts each: like real ones they share sentences, but not all."""
    chance = random.Random(7)
    sentences = [part for text in texts for part in text.replace("\n", ". ").split(". ") if len(part.split()) > 2]
    sql = database.queries(Path(cases.__file__).with_suffix(".sql"))
    with database.transaction(register):
        for number in range(count):
            text = ". ".join(chance.sample(sentences, chance.randint(2, 4)))
            at = NOW - timedelta(minutes=chance.randrange(60 * 24 * 30))
            row = {"text": text, "language": Language.RU, "scheme_said": None, "harm": chance.choice(list(Harm)), "missing": 2}
            row |= {"turn": int(at.timestamp()), "now": database.instant(at)}
            id = register.execute(sql["open"], row).lastrowid
            register.execute(sql["index"], {"keys": json.dumps(sketches.sketch(text).keys), "case": id})
            assert id == number + 1
    size = register.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()").fetchone()[0]
    print(f"{count} open cases: {size / count / 1000:.1f} kB each")


def _lookups(register: Connection, texts: Sequence[str]) -> bool:
    """Half of them have a copy there, half do not. Waits for nothing, so on a busy machine the CPU time is what counts."""
    chance = random.Random(8)
    known = [row["text"] for row in register.execute("SELECT text FROM known_case ORDER BY id LIMIT 500")]
    asked = [
        *(EDITS["numbers, links, names, homoglyphs, emoji"](text, chance) for text in known),
        *chance.sample(list(texts), 500),
    ]
    chance.shuffle(asked)
    wall = _said("a look-up", [_timed(partial(cases.find, register, text)) for text in asked], 5.0)
    cpu = _said("  its CPU time", [_timed(partial(cases.find, register, text), clock=time.thread_time) for text in asked], 5.0)
    return wall or cpu


def _queue(register: Connection) -> bool:
    people = [staff.add(register, f"Volunteer {n}", Role.MODERATOR, who="bench", now=NOW) for n in range(40)]
    for each in people:
        volunteers.enrol(register, each, senior=each is people[0], who="bench", now=NOW)
    _test_questions(register, people[0])
    spent: dict[str, list[float]] = {
        name: [] for name in ("next task", "vote", "pass on", "report", "how many wait", "for senior")
    }
    for number in range(300):
        now = NOW + timedelta(seconds=20 * number)
        pair = people[number % 40], people[(number + 1) % 40]
        for each in pair:
            case = _task(register, each, now)
            spent["next task"].append(_timed(partial(queue.next_task, register, each, now=now)))
            sure = number % 3 > 0
            cast = partial(decisions.vote, register, case, by=each, ruling=Ruling.SCAM, scheme="romance", sure=sure, now=now)
            spent["vote"].append(_timed(cast))
        case = _task(register, pair[0], now)
        spent["pass on"].append(_timed(partial(queue.pass_on, register, case, pair[0], now=now)))
        spent["next task"].append(_timed(partial(queue.next_task, register, pair[0], now=now)))
        spent["report"].append(_reported(register, number, now))
        spent["how many wait"].append(_timed(partial(queue.waiting, register)))
        spent["for senior"].append(_timed(partial(queue.for_senior, register)))
    return all([_said(name, times, 50.0) for name, times in spent.items()])  # noqa: C419 - all of them are printed


def _test_questions(register: Connection, by: staff.Staff) -> None:
    """More than anybody would choose: each volunteer meets one now and then, and has all of them to look through."""
    with database.transaction(register):
        register.execute(
            "UPDATE known_case SET state = 'judged', missing = 0, verdict = 'scam', version = 1, gold = 'scam', gold_by = ? "
            "WHERE id <= ?",
            [by.id, TEST_QUESTIONS],
        )


def _task(register: Connection, by: staff.Staff, now: datetime) -> CaseId:
    task = queue.next_task(register, by, now=now)
    assert task is not None
    return task.case


def _reported(register: Connection, number: int, now: datetime) -> float:
    """A text that is there already, edited."""
    text = register.execute("SELECT text FROM known_case WHERE id = ?", [1_000 + number]).fetchone()["text"]
    address = Address(Channel.TELEGRAM, str(10_000 + number))
    reporter = Reporter(asker=register.address_key.hash(address), address=address, door=Door.TELEGRAM, language=Language.RU)
    verdict = Verdict(level=Level.NOT_UNDERSTOOD, scheme=None, confidence=0.5, reasons=(), checks=())
    copy = mask(EDITS["emoji"](text, random.Random(number)))
    question = tickets.remember(register, reporter.asker, copy, verdict, door=Door.TELEGRAM, language=Language.RU, now=now)
    return _timed(partial(reports.ask, register, reporter, question, now=now))


def _open(register: Connection, text: str) -> CaseId | None:
    with database.transaction(register, durable=False):
        try:
            opened = cases.open_or_add(register, text, language=Language.RU, scheme_said=None, harm=Harm.LOW, votes=2, now=NOW)
        except NothingToJudge:
            return None
        return opened.id


def _timed(work: Callable[[], object], *, clock: Callable[[], float] = time.perf_counter) -> float:
    started = clock()
    work()
    return 1_000 * (clock() - started)


def _said(name: str, times: Sequence[float], target: float) -> bool:
    p95 = statistics.quantiles(times, n=20)[-1]
    middle = statistics.median(times)
    print(f"  {name:15} p50 {middle:6.2f} ms  p95 {p95:6.2f} ms  ({len(times)} times)   target p95 <= {target:g} ms")
    return p95 <= target


def _line(text: str) -> str:
    return " ".join(text.split())[:70]


if __name__ == "__main__":
    sys.exit(main())
