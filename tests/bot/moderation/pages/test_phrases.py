"""/moderation/phrases through HTTP: reviewed by somebody who did not judge, hostile text in quotes, page after page."""

from bot.moderation import gold, queue
from bot.moderation.cases import CaseId, Ruling
from bot.moderation.pages.phrases import PAGE
from broadcaster import database
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, TIMUR
from tests.bot.moderation.pages.conftest import SOMEWHERE, Rooms
from tests.bot.moderation.phrases import phrase
from tests.bot.moderation.test_learning import proposed

LIST = "/moderation/phrases"


async def test_who_judged_reads_why_there_are_no_buttons(rooms: Rooms) -> None:
    rooms.hall.judged(FINE, Ruling.SCAM)
    assert len(proposed(rooms.hall)) == 1
    arman = rooms.volunteer("Arman")
    shown = (await arman.get(LIST)).text
    assert "Вы участвовали в решении об этом сообщении" in shown
    assert f"{LIST}/1/" not in shown
    for press in ("accept", "reject"):
        answer = await arman.post(f"{LIST}/1/{press}", {}, sent_from=LIST)
        assert (answer.status_code, "фразу проверяет кто-то другой" in answer.text) == (403, True)
        assert (await arman.get(f"{LIST}/1/{press}")).headers["location"] == LIST, "after choosing a language"
    assert [row["state"] for row in rooms.hall.rows("phrase")] == ["proposed"]


async def test_what_is_reviewed_or_not_there_is_said_calmly(rooms: Rooms) -> None:
    rooms.hall.judged(FINE, Ruling.SCAM)
    assert len(proposed(rooms.hall)) == 1
    dias, erlan = rooms.volunteer("Dias"), rooms.volunteer("Erlan")
    await dias.post(f"{LIST}/1/reject", {}, sent_from=LIST)
    late = await erlan.post(f"{LIST}/1/accept", {}, sent_from=LIST)
    assert (late.status_code, "Эту фразу уже проверили." in late.text) == (409, True)
    absent = await erlan.post(f"{LIST}/77/accept", {}, sent_from=LIST)
    assert (absent.status_code, "Такой фразы нет" in absent.text) == (404, True)


async def test_nobody_reads_who_asked_who_voted_and_who_accepted(rooms: Rooms) -> None:
    rooms.hall.judged(FINE, Ruling.SCAM)
    assert len(proposed(rooms.hall)) == 1
    gulnar = rooms.volunteer("Gulnar")
    shown = (await gulnar.get(LIST)).text
    await rooms.volunteer("Dias").post(f"{LIST}/1/accept", {}, sent_from=LIST)
    shown += (await gulnar.get(LIST)).text
    secrets = (AIGUL, AIGUL[-7:], rooms.hall.reporter(AIGUL).asker.hex(), "2026-000001", "Arman", "Bota", "Dias", "egov-aiyppul")
    assert [each for each in secrets if each in shown] == []


async def test_hostile_words_stay_words(rooms: Rooms) -> None:
    hostile = '<img src=x onerror=alert(1)> {{ 7 * 7 }} https://evil.example/a "onclick=alert(1) \u202eнад +7 701 555 44 33'
    phrase(rooms.hall, hostile, intent='"><script>alert(1)</script>')
    phrase(rooms.hall, hostile, accepted=True)
    shown = (await rooms.volunteer("Dias").get(LIST)).text
    assert shown.count("&lt;img src=x onerror=alert(1)&gt; {{ 7 * 7 }}") == 2
    assert "evil[.]example" in shown
    assert "⟨U+202E⟩" in shown
    for bad in ("<img", "<script>alert", "https://evil", "555 44 33", "\u202e"):
        assert bad not in shown, bad


async def test_a_long_list_goes_on_where_somebody_left_it(rooms: Rooms) -> None:
    ids = [phrase(rooms.hall, f"фраза {number}") for number in range(PAGE + 2)]
    taught = [phrase(rooms.hall, f"принято {number}", accepted=True) for number in range(PAGE + 1)]
    dias = rooms.volunteer("Dias")
    first = (await dias.get(LIST)).text
    assert "Проверки ждут 52 фразы." in first
    assert (first.count("/accept"), f"{LIST}?after={ids[PAGE - 1]}" in first) == (PAGE, True)
    assert f"{LIST}?after=0&amp;accepted-after={taught[PAGE - 1]}" in first
    for gone in ids[:3]:
        await dias.post(f"{LIST}/{gone}/reject", {}, sent_from=LIST)
    second = (await dias.get(f"{LIST}?after={ids[PAGE - 1]}&accepted-after={taught[PAGE - 1]}")).text
    assert second.count("/accept") == 2, "what was reviewed meanwhile moves no other away"
    assert second.count("/reject") == 3
    answer = await dias.post(f"{LIST}/{ids[PAGE]}/reject", {"after": str(ids[PAGE - 1])}, sent_from=LIST)
    assert answer.headers["location"] == f"{LIST}?after={ids[PAGE - 1]}"
    for odd in ("after=x", "after=-1", f"after={'9' * 40}", "accepted-after=٣", "found=x", f"found={'9' * 15}"):
        assert (await dias.get(f"{LIST}?{odd}")).status_code == 200
    elsewhere = await dias.post(f"{LIST}/{ids[PAGE + 1]}/reject", {"after": "//evil.example"}, sent_from=LIST)
    assert elsewhere.headers["location"] == LIST


async def test_whoever_is_no_volunteer_reads_and_reviews_nothing(rooms: Rooms) -> None:
    phrase(rooms.hall, "мне написала девушка и просит денег")
    marat = rooms.volunteer("Marat")
    for answer in (
        await marat.get(LIST),
        await marat.post(f"{LIST}/look", {}, sent_from=SOMEWHERE),
        await marat.post(f"{LIST}/1/accept", {}, sent_from=SOMEWHERE),
        await marat.post(f"{LIST}/1/reject", {}, sent_from=SOMEWHERE),
    ):
        assert (answer.status_code, "Вас ещё не записали в волонтёры." in answer.text) == (403, True)
        assert "девушка" not in answer.text
    assert [row["state"] for row in rooms.hall.rows("phrase")] == ["proposed"]


async def test_whoever_holds_a_test_question_cannot_read_its_answer_here(rooms: Rooms) -> None:
    rooms.hall.judged(FINE, Ruling.SCAM)
    assert len(proposed(rooms.hall)) == 1
    gold.use(rooms.register, CaseId(1), by=rooms.hall.people["Gulnar"], now=rooms.hall.now)
    rooms.hall.asks(TIMUR, HOAX, scheme=None)
    dias = rooms.volunteer("Dias")
    until = database.instant(rooms.hall.now + queue.LEASE)
    claim = "INSERT INTO claim (known_case, staff, until, passed) VALUES (1, ?, ?, 0)"
    rooms.register.execute(claim, [rooms.hall.people["Dias"].id, until])
    assert "silteme" not in (await dias.get(LIST)).text
    assert "silteme" in (await rooms.volunteer("Erlan").get(LIST)).text
