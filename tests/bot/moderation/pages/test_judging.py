"""A volunteer's evening through HTTP: take, vote, pass, ask a senior; a senior's: settle, correct, block; search and figures."""

from datetime import timedelta

import pytest

from bot.moderation.cases import CaseId, Ruling, State
from bot.moderation.decisions import correct
from bot.moderation.places import Place
from broadcaster import suspects
from broadcaster.campaign_states import Role
from broadcaster.suspects import Kind
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, SAFE, TIMUR, ZARINA
from tests.bot.moderation.pages.conftest import SOMEWHERE, Rooms
from tests.broadcaster.signing import CountingHasher, enrolled

CASE = CaseId(1)


async def test_a_volunteer_signs_in_by_name_password_and_code(rooms: Rooms, hasher: CountingHasher) -> None:
    marat = enrolled(rooms.register, "Marat", Role.MODERATOR, now=rooms.now)
    person = rooms.stranger()
    asked = await person.get("/moderation")
    assert asked.headers["location"] == "/moderation/sign-in?next=%2Fmoderation"
    fields = {"name": "Marat", "password": marat.password, "code": marat.code(rooms.now), "next": "/moderation/judged"}
    wrong = await person.post("/moderation/sign-in", {**fields, "password": "не тот"}, sent_from="/moderation/sign-in")
    assert wrong.status_code == 422
    answer = await person.post("/moderation/sign-in", fields, sent_from="/moderation/sign-in")
    assert (answer.status_code, answer.headers["location"]) == (303, "/moderation/judged")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    left = await person.post("/moderation/sign-out", {}, sent_from=SOMEWHERE)
    assert left.headers["location"] == "/moderation/sign-in"
    assert (await person.get("/moderation")).status_code == 303


async def test_pages_are_kept_nowhere_and_framed_by_nobody(rooms: Rooms) -> None:
    answer = await rooms.volunteer("Arman").get("/moderation")
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert (await rooms.stranger().get("/moderation/static/desk.css")).status_code == 200


async def test_two_volunteers_judge_a_message_on_the_web(rooms: Rooms) -> None:
    rooms.hall.asks(AIGUL, FINE)
    for name in ("Arman", "Bota"):
        person = rooms.volunteer(name)
        assert "egov-aiyppul[.]top" in (await person.get("/moderation")).text
        fields = {"ruling": "scam", "scheme": "phishing-link", "place": "0", "round": "1"}
        answer = await person.post("/moderation/cases/1/vote", fields, sent_from=SOMEWHERE)
        assert (answer.status_code, answer.headers["location"]) == (303, "/moderation/cases/1")
    case = rooms.hall.case_of(FINE)
    assert (case.state, case.ruling, case.scheme) == (State.JUDGED, Ruling.SCAM, "phishing-link")
    assert suspects.look_up(rooms.register, links=["egov-aiyppul.top"])
    assert "Решено." in (await person.get("/moderation/cases/1")).text
    assert "Для вас сейчас ничего нет" in (await person.get("/moderation")).text


async def test_a_vote_pressed_twice_counts_once_and_leads_to_the_same_page(rooms: Rooms) -> None:
    rooms.hall.asks(AIGUL, FINE)
    arman, bota = rooms.volunteer("Arman"), rooms.volunteer("Bota")
    for person in (arman, arman, bota, bota):
        answer = await person.post("/moderation/cases/1/vote", {"ruling": "scam", "round": "1"}, sent_from=SOMEWHERE)
        assert (answer.status_code, answer.headers["location"]) == (303, "/moderation/cases/1")
    assert len(rooms.hall.rows("vote")) == 2
    late = await rooms.volunteer("Dias").post("/moderation/cases/1/vote", {"ruling": "hoax", "round": "1"}, sent_from=SOMEWHERE)
    assert (late.status_code, "Ваш голос не понадобился" in late.text) == (409, True)


async def test_a_page_from_before_the_case_was_opened_again_is_no_vote(rooms: Rooms) -> None:
    case = rooms.hall.judged(FINE, Ruling.SCAM)
    rooms.hall.waits(timedelta(hours=1))
    rooms.hall.disagrees(TIMUR, FINE)
    assert rooms.hall.case_of(FINE).round == 2
    dias = rooms.volunteer("Dias")
    for sent in ({"ruling": "genuine", "round": "1"}, {"ruling": "genuine"}, {"ruling": "genuine", "round": "x"}):
        assert (await dias.post(f"/moderation/cases/{case.id}/vote", sent, sent_from=SOMEWHERE)).status_code == 409
    assert len(rooms.hall.rows("vote")) == 2
    page = (await dias.get("/moderation")).text
    assert '<input type="hidden" name="round" value="2">' in page


async def test_a_form_without_a_decision_comes_back_as_it_was_filled_in(rooms: Rooms) -> None:
    rooms.hall.asks(AIGUL, FINE)
    arman = rooms.volunteer("Arman")
    await arman.get("/moderation")
    fields = {"ruling": "", "scheme": "romance", "place": "0", "unsure": "yes"}
    answer = await arman.post("/moderation/cases/1/vote", fields, sent_from=SOMEWHERE)
    assert (answer.status_code, "Нажмите одно из четырёх решений." in answer.text) == (422, True)
    assert answer.text.count(" checked") == 2
    assert '<option value="romance" selected>' in answer.text
    rooms.hall.asks(TIMUR, HOAX, scheme=None)
    other = await arman.post("/moderation/cases/2/vote", fields, sent_from=SOMEWHERE)
    assert (other.status_code, other.headers["location"]) == (303, "/moderation"), "ticks of one message are none of another's"
    assert not rooms.hall.rows("vote")


@pytest.mark.parametrize(
    "fields",
    [
        {"ruling": "guilty"},
        {"ruling": "scam", "scheme": "x" * 500},
        {"ruling": "scam", "place": "7"},
        {"ruling": "scam", "place": "-1"},
        {"ruling": "scam", "place": "9" * 400},
        {"ruling": "scam", "place": ["0", "link:kaspi.kz"]},
    ],
)
async def test_what_no_form_of_ours_sends_is_no_vote(rooms: Rooms, fields: dict[str, str | list[str]]) -> None:
    rooms.hall.asks(AIGUL, FINE)
    arman = rooms.volunteer("Arman")
    answer = await arman.post("/moderation/cases/1/vote", fields, sent_from=SOMEWHERE)
    assert answer.status_code == 422
    assert not rooms.hall.rows("vote")


@pytest.mark.parametrize("path", ["cases/99", "cases/0", f"cases/{2**63}", f"cases/{'9' * 40}"])
async def test_a_case_that_is_not_there_is_said_calmly(rooms: Rooms, path: str) -> None:
    gulnar = rooms.volunteer("Gulnar")
    assert (await gulnar.get(f"/moderation/{path}")).status_code == 404
    for act in ("vote", "settle", "correct"):
        sent = await gulnar.post(f"/moderation/{path}/{act}", {"ruling": "scam"}, sent_from=SOMEWHERE)
        assert sent.status_code == 404


async def test_one_message_at_a_time_and_a_passed_one_goes_to_others(rooms: Rooms) -> None:
    rooms.hall.asks(AIGUL, FINE)
    rooms.hall.asks(TIMUR, HOAX, scheme=None)
    arman = rooms.volunteer("Arman")
    first = (await arman.get("/moderation")).text
    assert ("айыппұл" in first) != ("отключат воду" in first)
    shown = 1 if "айыппұл" in first else 2
    assert (await arman.post(f"/moderation/cases/{shown}/pass", {}, sent_from=SOMEWHERE)).headers["location"] == "/moderation"
    second = (await arman.get("/moderation")).text
    assert ("айыппұл" in second) != ("айыппұл" in first)
    assert first.count("/pass") == 1


async def test_a_volunteer_asks_for_a_senior_who_settles(rooms: Rooms) -> None:
    rooms.hall.asks(AIGUL, FINE)
    arman, gulnar = rooms.volunteer("Arman"), rooms.volunteer("Gulnar")
    for _ in range(2):
        asked = await arman.post("/moderation/cases/1/senior", {}, sent_from=SOMEWHERE)
        assert asked.headers["location"] == "/moderation"
    listed = (await gulnar.get("/moderation/seniors")).text
    assert "Волонтёр попросил посмотреть старшего." in listed
    assert "egov-aiyppul[.]top" in listed
    fields = {"ruling": "scam", "scheme": "phishing-link", "place": "0", "version": "0"}
    answer = await gulnar.post("/moderation/cases/1/settle", fields, sent_from="/moderation/cases/1")
    assert answer.headers["location"] == "/moderation/cases/1"
    case = rooms.hall.case_of(FINE)
    assert (case.state, case.ruling) == (State.JUDGED, Ruling.SCAM)
    assert suspects.look_up(rooms.register, links=["egov-aiyppul.top"])
    again = await gulnar.post("/moderation/cases/1/settle", fields, sent_from=SOMEWHERE)
    assert again.status_code == 409
    assert len(rooms.hall.rows("decision")) == 1


async def test_a_senior_corrects_what_was_judged(rooms: Rooms) -> None:
    rooms.hall.judged(FINE, Ruling.SCAM, named=[Place(Kind.LINK, "egov-aiyppul.top")])
    gulnar = rooms.volunteer("Gulnar")
    page = (await gulnar.get("/moderation/cases/1")).text
    assert "Исправить решение" in page
    assert 'value="0" checked' in page, "what was named stays named unless it is taken back"
    assert '<option value="phishing-link" selected>' in page
    assert "Исправить решение" not in (await rooms.volunteer("Arman").get("/moderation/cases/1")).text
    fields = {"ruling": "genuine", "version": "1"}
    await gulnar.post("/moderation/cases/1/correct", fields, sent_from="/moderation/cases/1")
    assert [each["verdict"] for each in rooms.hall.rows("decision")] == ["scam", "genuine"]
    page = (await gulnar.get("/moderation/cases/1")).text
    assert "волонтёры вместе" in page
    assert page.count("Gulnar") == 2, "who corrected stands beside the frame's own name"


async def test_a_reporter_is_blocked_and_unblocked_by_a_senior_who_never_learns_who_it_is(rooms: Rooms) -> None:
    rooms.hall.judged(FINE, Ruling.SCAM)
    rooms.hall.reports(TIMUR, FINE)
    gulnar = rooms.volunteer("Gulnar")
    page = (await gulnar.get("/moderation/cases/1")).text
    assert "2026-000002" in page
    assert "пожаловались" in page
    empty = await gulnar.post("/moderation/reports/2/block", {"case": "1", "reason": " "}, sent_from="/moderation/cases/1")
    assert empty.status_code == 422
    fields = {"case": "1", "reason": "лживые жалобы"}
    answer = await gulnar.post("/moderation/reports/2/block", fields, sent_from="/moderation/cases/1")
    assert answer.headers["location"] == "/moderation/cases/1"
    assert len(rooms.hall.rows("blocked_reporter")) == 1
    page = (await gulnar.get("/moderation/cases/1")).text
    assert "Заблокирован." in page
    asker = rooms.hall.reporter(TIMUR).asker
    for who in (TIMUR, TIMUR[-7:], asker.hex()):
        assert who not in page
    await gulnar.post("/moderation/reports/2/unblock", {"case": "1"}, sent_from="/moderation/cases/1")
    assert not rooms.hall.rows("blocked_reporter")
    unknown = await gulnar.post("/moderation/reports/77/block", fields, sent_from=SOMEWHERE)
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("АЙЫППҰЛ", True),
        ("1", True),
        ("№ 1", True),
        (FINE.replace("50%", "40%"), True),
        ("отключат", False),
        ("77", False),
        ("9" * 300, False),
        ("   ", False),
        ("%", True),
        ("' OR 1=1 --", False),
    ],
)
async def test_judged_messages_are_found_and_waiting_ones_are_not(rooms: Rooms, words: str, finds: bool) -> None:
    rooms.hall.judged(FINE, Ruling.SCAM)
    rooms.hall.asks(ZARINA, HOAX, scheme=None)
    found = await rooms.volunteer("Dias").post("/moderation/judged", {"words": words}, sent_from=SOMEWHERE)
    assert found.status_code == 200
    assert ("/moderation/cases/1" in found.text) is finds
    assert "отключат воду" not in found.text


async def test_the_list_of_what_was_judged_is_narrowed_and_goes_on(rooms: Rooms) -> None:
    rooms.hall.judged(FINE, Ruling.SCAM)
    dias = rooms.volunteer("Dias")
    assert "/moderation/cases/1" in (await dias.get("/moderation/judged?ruling=scam")).text
    assert "/moderation/cases/1" not in (await dias.get("/moderation/judged?ruling=hoax")).text
    for odd in ("ruling=x&after=1", "after=-1", f"after={'9' * 30}", "after=٣"):
        assert (await dias.get(f"/moderation/judged?{odd}")).status_code == 200
    sql = (
        "INSERT INTO known_case (text, language, harm, state, missing, verdict, version, turn, first_seen, last_seen, opened_at, "
        "decided_at) VALUES (?2, 'ru', 'low', 'judged', 0, 'hoax', 1, 0, ?1, ?1, ?1, ?1)"
    )
    for number in range(60):
        rooms.register.execute(sql, [rooms.hall.now.isoformat(), f"text {number}"])
    first = (await dias.get("/moderation/judged")).text
    assert "/moderation/judged?after=50" in first
    assert "judged?after=100" not in (await dias.get("/moderation/judged?after=50")).text


async def test_accuracy_is_measured_against_seniors_and_known_answers_and_ranked_by_the_lower_bound(rooms: Rooms) -> None:
    hall = rooms.hall
    dias = rooms.volunteer("Dias")
    assert "Пока не с чем сравнить" in (await dias.get("/moderation/accuracy")).text
    texts = (FINE, SAFE, HOAX)
    for number, text in enumerate(texts, start=1):
        hall.asks(AIGUL, text, scheme=None)
        hall.votes("Arman", CaseId(number), Ruling.SCAM)
        hall.votes("Bota", CaseId(number), Ruling.GENUINE)
        hall.waits(timedelta(minutes=1))
    for number, answer in ((1, "scam"), (2, "scam"), (3, "hoax")):
        fields = {"ruling": answer, "version": "0"}
        await rooms.volunteer("Gulnar").post(f"/moderation/cases/{number}/settle", fields, sent_from=SOMEWHERE)
    await rooms.volunteer("Gulnar").post("/moderation/cases/3/test", {}, sent_from=SOMEWHERE)
    shown = (await rooms.volunteer("Arman").get("/moderation/accuracy")).text
    assert "Верно 2 из 3 ваших голосов: 66,7" in shown
    assert "Bota" not in shown, "only seniors see how others judge"
    assert "Верно 0 из 3" in (await rooms.volunteer("Bota").get("/moderation/accuracy")).text
    ranking = (await rooms.volunteer("Gulnar").get("/moderation/accuracy")).text
    assert 0 < ranking.index("Arman") < ranking.index("Bota")
    assert "Альфа Криппендорфа" in ranking


async def test_a_correction_by_oneself_proves_nothing_of_ones_own_vote(rooms: Rooms) -> None:
    hall = rooms.hall
    hall.asks(AIGUL, FINE)
    hall.votes("Gulnar", CASE, Ruling.GENUINE)
    hall.votes("Bota", CASE, Ruling.GENUINE)
    correct(rooms.register, CASE, by=hall.people["Gulnar"], ruling=Ruling.SCAM, now=hall.now)
    assert "Пока не с чем сравнить" in (await rooms.volunteer("Gulnar").get("/moderation/accuracy")).text
    assert "Верно 0 из 1" in (await rooms.volunteer("Bota").get("/moderation/accuracy")).text
