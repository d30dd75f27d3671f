"""The Cyberbot in Telegram: who may press what, what is shown to whom, and what each press changes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.moderation import volunteers
from bot.moderation.cases import Ruling, State
from broadcaster import suspects
from content.language import Language
from tests.bot.moderation.chat import LIBRARY, Chat, the_chat
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, SAFE, TIMUR, Hall
from tests.fakes.bot_links import clickable

TRAP = LIBRARY.card("phishing-link", Language.RU).name


@pytest.fixture
async def chat(hall: Hall, tmp_path: Path) -> AsyncIterator[Chat]:
    async with the_chat(hall, tmp_path) as chat:
        yield chat


class TestVoting:
    async def test_two_who_agree_in_their_own_chats_decide_and_every_card_says_so(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        await chat.until(lambda: len(chat.group.sees) == 1)
        assert await chat.votes("Arman") == chat.said("thanks")
        await chat.until(lambda: chat.said("voted", n=1) in chat.group.sees[0].text)
        assert await chat.votes("Bota") == chat.said("thanks_decided")
        case = chat.hall.case_of(FINE)
        assert (case.state, case.ruling, case.scheme) == (State.JUDGED, Ruling.SCAM, "phishing-link")
        decided = chat.said("decided_scam", id=case.id)
        shown = [chat.group.sees, chat.people["Arman"].sees, chat.people["Bota"].sees]
        await chat.until(lambda: all(seen[-1].text.startswith(decided) for seen in shown))
        assert chat.group.sees[0].labels == []
        assert ["egov" in seen[-1].text for seen in shown] == [True, False, False]

    async def test_what_two_ticked_enters_the_register(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        for name in ("Arman", "Bota"):
            chat.people[name].writes("/next")
            await chat.people[name].hears()
            await chat.presses(name, "ruling_scam")
            await chat.presses_words(name, TRAP)
            await chat.presses_words(name, "☐ egov-aiyppul[.]top")
            await chat.presses(name, "sure")
        assert suspects.look_up(chat.hall.register, links=["egov-aiyppul.top"])

    async def test_the_group_clears_a_text_with_one_press_each(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, HOAX, scheme=None)
        await chat.until(lambda: len(chat.group.sees) == 1)
        assert await chat.presses("Arman", "ruling_hoax", there=chat.group) == chat.said("thanks")
        assert await chat.presses("Dias", "ruling_hoax", there=chat.group) == chat.said("thanks_decided")
        assert chat.hall.case_of(HOAX).ruling is Ruling.HOAX

    async def test_who_says_scam_in_the_group_is_asked_the_rest_in_private(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        await chat.until(lambda: len(chat.group.sees) == 1)
        assert await chat.presses("Arman", "ruling_scam", there=chat.group) == chat.said("goes_on_in_private")
        await chat.presses_words("Arman", TRAP)
        assert await chat.presses("Arman", "unsure") == chat.said("thanks")
        assert [(row["verdict"], row["scheme"], row["sure"]) for row in chat.hall.rows("vote")] == [("scam", "phishing-link", 0)]

    async def test_whoever_never_wrote_to_the_bot_is_told_how(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        chat.people["Arman"].has_started = False
        await chat.until(lambda: len(chat.group.sees) == 1)
        assert await chat.presses("Arman", "ruling_scam", there=chat.group) == chat.said("write_first")
        assert not chat.hall.rows("vote")

    async def test_the_same_vote_twice_is_one(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, HOAX, scheme=None)
        await chat.until(lambda: len(chat.group.sees) == 1)
        await chat.presses("Arman", "ruling_hoax", there=chat.group)
        for again in ("ruling_hoax", "ruling_scam"):
            assert await chat.presses("Arman", again, there=chat.group) == chat.said("already_voted")
        assert len(chat.hall.rows("vote")) == 1

    async def test_one_update_that_comes_twice_is_one_press(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, HOAX, scheme=None)
        await chat.until(lambda: len(chat.group.sees) == 1)
        update = chat.people["Arman"].presses(chat.label("ruling_hoax"), there=chat.group)
        chat.api.world.push_again(update)
        await chat.until(lambda: len(chat.hall.rows("vote")) == 1)
        await chat.settled()
        assert [each["text"] for each in chat.api.asked("answerCallbackQuery")] == [chat.said("thanks")]

    async def test_whoever_passes_is_given_another(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        arman = chat.people["Arman"]
        arman.writes("/next")
        await arman.hears()
        assert await chat.presses("Arman", "pass") == chat.said("toast_passed")
        assert "egov" not in arman.sees[-1].text
        assert await chat.presses("Arman", "next") == chat.said("nothing_waits")
        chat.hall.asks(AIGUL, HOAX, scheme=None)
        assert await chat.presses("Arman", "next") == chat.said("yours")
        assert "водоканале" in arman.sees[-1].text

    async def test_a_senior_is_asked_for(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        await chat.until(lambda: len(chat.group.sees) == 1)
        assert await chat.presses("Arman", "senior", there=chat.group) == chat.said("toast_to_senior")
        assert chat.hall.case_of(FINE).state is State.SENIOR
        await chat.until(lambda: chat.said("with_senior") in chat.group.sees[0].text)
        assert await chat.presses_data("Bota", f"p:{chat.hall.case_of(FINE).id}:1:::0", on=chat.group.sees[0]) == chat.said(
            "closed"
        )

    async def test_back_and_tick_change_the_card_and_cast_nothing(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        arman = chat.people["Arman"]
        arman.writes("/next")
        (first,) = await arman.hears()
        await chat.presses("Arman", "ruling_scam")
        await chat.presses_words("Arman", TRAP)
        await chat.presses_words("Arman", "☐ egov-aiyppul[.]top")
        assert "☑ egov-aiyppul[.]top" in arman.sees[-1].labels
        await chat.presses_words("Arman", "☑ egov-aiyppul[.]top")
        await chat.presses("Arman", "back")
        assert arman.sees == [first]
        assert not chat.hall.rows("vote")


class TestBlindness:
    async def test_neither_a_vote_nor_the_guess_is_in_anything_sent_before_the_decision(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, SAFE, scheme="authority-impersonation")
        await chat.until(lambda: len(chat.group.sees) == 1)
        await chat.votes("Arman", "ruling_genuine")
        await chat.until(lambda: chat.said("voted", n=1) in chat.group.sees[0].text)
        chat.people["Bota"].writes("/next")
        await chat.people["Bota"].hears()
        guess = LIBRARY.card("authority-impersonation", Language.RU).name
        seen = [*chat.group.sees, *chat.people["Bota"].sees]
        assert not any(word in each.text for each in seen for word in (guess, chat.said("your_genuine"), "Arman"))
        assert chat.said("your_genuine") in chat.people["Arman"].sees[-1].text

    async def test_a_card_says_how_many_asked_how_long_ago_and_in_which_language(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        chat.hall.asks(TIMUR, FINE)
        chat.hall.waits(timedelta(hours=3))
        chat.people["Arman"].writes("/next")
        text = await chat.people["Arman"].hears_text()
        for line in (chat.said("asked", n=2), chat.said("hours", n=3), chat.said(f"language_{chat.hall.case_of(FINE).language}")):
            assert line in text.splitlines()

    async def test_a_volunteer_is_addressed_in_the_language_of_their_telegram(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        chat.people["Arman"].language = "kk"
        chat.people["Arman"].writes("/next")
        assert chat.said("asked", Language.KK, n=1) in await chat.people["Arman"].hears_text()


class TestWhoMayNot:
    async def test_a_stranger_changes_nothing_with_any_button(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        await chat.until(lambda: len(chat.group.sees) == 1)
        (card,) = chat.group.sees
        for row in card.buttons:
            for button in row:
                assert await chat.presses_data("Aigul", button["callback_data"], on=card) == chat.said("not_a_volunteer")
        assert await chat.presses_data("Aigul", "next", on=card) == chat.said("not_a_volunteer")
        assert not chat.hall.rows("vote")
        assert not chat.hall.rows("claim")
        assert chat.people["Aigul"].sees == []

    async def test_a_stranger_who_writes_is_told_whom_to_ask(self, chat: Chat) -> None:
        for words in ("/start", "/next", "Здравствуйте"):
            chat.people["Aigul"].writes(words)
        texts = {seen.text for seen in await chat.people["Aigul"].hears(3)}
        assert texts == {chat.said("stranger", telegram=str(chat.people["Aigul"].id)), chat.said("not_a_volunteer")}

    async def test_whoever_left_or_was_blocked_can_do_nothing_from_then_on(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        for name in ("Arman", "Bota"):
            chat.people[name].writes("/next")
            await chat.people[name].hears()
            await chat.presses(name, "ruling_genuine")
        volunteers.leave(chat.hall.register, chat.hall.people["Arman"].id, who="setup", now=chat.hall.now)
        chat.hall.register.execute("UPDATE staff SET active = 0 WHERE id = ?", [chat.hall.people["Bota"].id])
        for name in ("Arman", "Bota"):
            assert await chat.presses(name, "sure") == chat.said("not_a_volunteer")
        assert not chat.hall.rows("vote")

    @pytest.mark.parametrize(
        "data",
        [
            "",
            "r:1:1:scam",
            "r:1:1:innocent::0",
            "y:1:1:scam:no-such-scheme:0",
            "r:x:1:scam::0",
            "y:1:1:::0",
            "t:1:1:scam::fff",
            "ә" * 32,
            f"{'9' * 20}:1:1:::0",
            "y:1:9:scam::0",
            "y:77:1:scam::0",
            "r:1:1:scam::-1",
        ],
    )
    async def test_a_forged_button_is_answered_calmly_and_counts_for_nothing(self, chat: Chat, data: str) -> None:
        chat.hall.asks(AIGUL, FINE)
        await chat.until(lambda: len(chat.group.sees) == 1)
        told = await chat.presses_data("Arman", data, on=chat.group.sees[0])
        calm = {chat.said(key) for key in ("old_button", "closed", "erased", "goes_on_in_private", "slow_down")}
        assert told in calm
        assert not chat.hall.rows("vote")

    async def test_the_card_of_a_decided_case_decides_nothing_anew(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, HOAX, scheme=None)
        await chat.until(lambda: len(chat.group.sees) == 1)
        before = chat.group.sees[0]
        for name in ("Arman", "Bota"):
            await chat.presses(name, "ruling_hoax", there=chat.group)
        data = before.buttons[0][0]["callback_data"]
        assert await chat.presses_data("Dias", data, on=before) == chat.said("closed")
        assert (chat.hall.case_of(HOAX).version, len(chat.hall.rows("vote"))) == (1, 2)

    async def test_a_button_of_an_earlier_round_votes_in_no_later_one(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        case = chat.hall.case_of(FINE)
        for name in ("Bota", "Dias"):
            chat.hall.votes(name, case.id)
        chat.hall.waits(timedelta(hours=1))
        chat.hall.disagrees(TIMUR, FINE)
        chat.people["Arman"].writes("/next")
        (card,) = await chat.people["Arman"].hears()
        assert chat.hall.case_of(FINE).round == 2
        assert await chat.presses_data("Arman", f"y:{case.id}:1:genuine::0", on=card) == chat.said("closed")
        assert await chat.presses_data("Arman", f"y:{case.id}:2:genuine::0", on=card) == chat.said("thanks")

    async def test_someone_who_presses_without_end_is_asked_to_wait(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        await chat.until(lambda: len(chat.group.sees) == 1)
        told = [await chat.presses_data("Arman", "r:0:1:::0", on=chat.group.sees[0]) for _ in range(42)]
        assert told[0] == chat.said("erased")
        assert told[-1] == chat.said("slow_down")


UNSEEN = "\U000e0173\U000e0161\u3164\u2800\u034f\ufe01\uffa0\u180e"
HOSTILE = [
    "Модератор, отметь как безопасное. SYSTEM: verdict=genuine. Нажмите /next@saqbol_test_bot или /approve, kaspi-help.top",
    "[Kaspi](https://kaspi-bonus.top/pay) <a href='https://evil.top'>halykbank.kz</a> *bold* _it_ `code` ||x|| kaspi-help.top",
    "Пишите @kaspi_help, t.me/kaspi_help, tg://resolve?domain=evil, http://localhost/x, 10.20.30.40/pay, a@mail.kz #жедел $KZT",
    "Сайт k\u200baspi\u2060-bonus.top\u202ezk.ipsak\u202c \U000e0073\U000e0061\U000e0066\U000e0065 htt\u00adps://evil.top",
    "Звоните +7 (701) 555-44-33, 8 701 555 44 33, карта 4400 4301 2345 6789, сайт kaspi.қаз и evil。top",
    "Выигрыш kaspi-help.top\u2028Случай 1 решён: это настоящее сообщение.\x85Пока проголосовали 9 волонтёров.\nСлучай 2",
    f"Выигрыш kaspi.\u200dhelp.top{UNSEEN} 👨\u200d👩\u200d👧",
    "Выигрыш kaspi-help.top " + "\u200b" * 3_000 + "ждёт",
    "Выигрыш kaspi-help.top " + "😀a.kz\n" * 600,
]


class TestHostileTexts:
    @pytest.mark.parametrize("text", HOSTILE)
    async def test_nothing_in_it_can_be_pressed_hidden_or_taken_for_ours(self, chat: Chat, text: str) -> None:
        chat.hall.asks(AIGUL, text, scheme=None)
        await chat.until(lambda: len(chat.group.sees) == 1)
        arman = chat.people["Arman"]
        arman.writes("/next")
        await arman.hears()
        for card in (chat.group.sees[0], arman.sees[0]):
            assert clickable(card.text.replace("\n", " \n ")) == []
            assert not any(
                each in card.text
                for each in f".\u200d|\u200b|\u2060|\u00ad|\u202e|\u2028|\x85|\U000e0073|{'|'.join(UNSEEN)}".split("|")
            )
            lines = card.text.splitlines()
            quoted = lines[lines.index(chat.said("message")) + 1 :]
            assert [line for line in quoted if "решён" in line or "9 волонтёров" in line or line.startswith("Случай")] == [
                line for line in quoted if line.startswith("│ ") and ("решён" in line or "9 волонтёров" in line)
            ]
        for sent in [*chat.api.asked("sendMessage"), *chat.api.asked("editMessageText")]:
            assert sent["link_preview_options"] == {"is_disabled": True}

    async def test_orders_to_the_moderator_are_shown_and_change_no_verdict(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, HOSTILE[0], scheme=None)
        await chat.votes("Arman")
        assert "отметь как безопасное" in chat.people["Arman"].sees[0].text
        await chat.votes("Bota")
        assert chat.hall.case_of(HOSTILE[0]).ruling is Ruling.SCAM

    async def test_letters_that_nobody_sees_are_shown(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, HOSTILE[3], scheme=None)
        chat.people["Arman"].writes("/next")
        text = await chat.people["Arman"].hears_text()
        assert all(f"⟨U+{code}⟩" in text for code in ("200B", "2060", "202E", "E0073", "00AD"))

    async def test_a_family_of_emoji_stays_one_and_what_hides_beside_it_is_shown(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, HOSTILE[6], scheme=None)
        chat.people["Arman"].writes("/next")
        text = await chat.people["Arman"].hears_text()
        assert "👨\u200d👩\u200d👧" in text
        assert all(f"⟨U+{ord(each):04X}⟩" in text for each in UNSEEN)
