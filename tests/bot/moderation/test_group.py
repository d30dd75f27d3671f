"""The Cyberbot in Telegram: who may press what, what is shown to whom, and what each press changes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.masking import mask
from bot.moderation import cases, decisions, queue, reports, volunteers
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


class TestCards:
    async def test_a_case_decided_on_the_web_is_decided_here_and_a_correction_follows(self, chat: Chat) -> None:
        case = chat.hall.judged(FINE, Ruling.SCAM)
        chat.hall.asks(AIGUL, HOAX, scheme=None)
        await chat.until(lambda: len(chat.group.sees) == 1)
        case = chat.hall.case_of(HOAX)
        for name in ("Arman", "Bota"):
            chat.hall.votes(name, case.id, Ruling.HOAX)
        await chat.until(lambda: chat.group.sees[0].text.startswith(chat.said("decided_hoax", id=case.id)))
        decisions.correct(chat.hall.register, case.id, by=chat.hall.people["Gulnar"], ruling=Ruling.GENUINE, now=chat.hall.now)
        await chat.until(lambda: chat.group.sees[0].text.startswith(chat.said("decided_genuine", id=case.id)))
        assert len(chat.group.sees) == 1

    async def test_what_its_sender_wants_forgotten_leaves_every_card(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        arman = chat.people["Arman"]
        arman.writes("/next")
        await arman.hears()
        await chat.until(lambda: len(chat.group.sees) == 1)
        reports.forget(chat.hall.register, chat.hall.reporter(AIGUL).asker, now=chat.hall.now)
        await chat.until(lambda: {seen.text for seen in (*chat.group.sees, *arman.sees)} == {chat.said("erased")})

    async def test_the_group_gets_no_more_cards_at_once_than_fit_on_a_screen(self, chat: Chat) -> None:
        for number in range(14):
            chat.hall.asks(
                f"+770112345{number:02}",
                f"{HOAX} {'абвгдежзийклмн'[number] * 9} {number * 7919} {HOAX[::-1][number:]}",
                scheme=None,
            )
        waiting = queue.waiting(chat.hall.register).open
        await chat.until(lambda: len(chat.group.sees) == min(10, waiting))
        await chat.settled()
        assert len(chat.group.sees) == min(10, waiting)

    async def test_a_card_whose_call_broke_off_is_not_posted_twice(self, chat: Chat) -> None:
        chat.api.fails("sendMessage", after_effect=True)
        chat.hall.asks(AIGUL, FINE)
        await chat.until(lambda: len(chat.group.sees) == 1)
        await chat.settled()
        assert len(chat.group.sees) == 1

    async def test_telegram_is_waited_for_as_long_as_it_says(self, hall: Hall, tmp_path: Path) -> None:
        async with the_chat(hall, tmp_path, with_group=False, per_chat=0.02) as chat:
            for _ in range(3):
                chat.people["Arman"].writes("/help")
            await chat.people["Arman"].hears(3)
            assert max(chat.time.slept) > 10
            assert chat.api.pace.early == 0

    async def test_an_update_that_nobody_can_read_is_dropped_and_the_next_is_answered(
        self, chat: Chat, caplog: pytest.LogCaptureFixture
    ) -> None:
        chat.api.world.updates.append({"update_id": 10_050, "message": {"text": "kaspi-bonus.top", "chat": 7}})
        chat.people["Arman"].writes("/help")
        assert await chat.people["Arman"].hears_text() == chat.said("help")
        assert "kaspi-bonus" not in caplog.text

    async def test_a_register_that_fails_is_a_calm_sentence(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, HOAX, scheme=None)
        await chat.until(lambda: len(chat.group.sees) == 1)
        chat.hall.register.execute("ALTER TABLE named RENAME TO named_before")
        assert await chat.presses("Arman", "ruling_hoax", there=chat.group) == chat.said("sorry")
        chat.hall.register.execute("ALTER TABLE named_before RENAME TO named")
        assert await chat.presses("Arman", "ruling_hoax", there=chat.group) == chat.said("thanks")

    async def test_whose_chat_it_was_is_forgotten_a_month_after_the_decision(self, hall: Hall, tmp_path: Path) -> None:
        async with the_chat(hall, tmp_path) as chat:
            chat.hall.asks(AIGUL, FINE)
            await chat.votes("Arman")
            await chat.votes("Bota")
            await chat.until(lambda: all("judged" in str(row["look"]) for row in chat.hall.rows("card")))
            assert len(chat.hall.rows("card")) == 3
            chat.hall.waits(timedelta(days=31))
            await chat.until(lambda: [row["chat"] for row in chat.hall.rows("card")] == [chat.group.id])

    async def test_without_a_group_volunteers_work_in_their_own_chats(self, hall: Hall, tmp_path: Path) -> None:
        async with the_chat(hall, tmp_path, with_group=False) as chat:
            chat.hall.asks(AIGUL, FINE)
            await chat.votes("Arman")
            assert chat.group.sees == []
            assert len(chat.hall.rows("vote")) == 1


class TestReports:
    def reply(self, chat: Chat, text: str, **also: object) -> dict[str, object]:
        """Somebody's message in the neighbours' group, as a reply carries it."""
        author = {"id": 5, "is_bot": False, "first_name": "Ержан"}
        return {"message_id": 7, "date": 1_800_000_000, "chat": chat.neighbours.as_chat, "from": author, "text": text, **also}

    async def test_the_message_replied_to_goes_to_the_volunteers_masked(self, chat: Chat) -> None:
        text = f"{FINE} карта 4400 4301 2345 6789"
        chat.people["Aigul"].writes("/report@saqbol_test_bot", to=chat.neighbours, reply_to_message=self.reply(chat, text))
        await chat.until(lambda: len(chat.neighbours.sees) == 1)
        case = chat.hall.case_of(text)
        assert "4400" not in case.text
        (row,) = chat.hall.rows("report")
        assert (row["kind"], row["door"], row["known_case"]) == ("report", "telegram", case.id)
        ticket = f"{chat.hall.now.year}-{row['id']:06d}"
        assert chat.neighbours.sees[0].text == chat.said("reported", ticket=ticket)

    async def test_the_address_behind_the_words_comes_along(self, chat: Chat) -> None:
        link = [{"type": "text_link", "offset": 0, "length": 4, "url": "https://egov-aiyppul.top/pay"}]
        chat.people["Aigul"].writes(
            "/report", to=chat.neighbours, reply_to_message=self.reply(chat, "Айып төлеңіз бүгін", entities=link)
        )
        await chat.until(lambda: len(chat.neighbours.sees) == 1)
        assert "egov-aiyppul.top" in str(chat.hall.rows("known_case")[0]["text"])

    async def test_what_was_judged_is_told_at_once(self, chat: Chat) -> None:
        chat.hall.judged(FINE, Ruling.SCAM)
        chat.hall.waits(timedelta(hours=1))
        chat.people["Aigul"].writes("/report", to=chat.neighbours, reply_to_message=self.reply(chat, FINE))
        await chat.until(lambda: len(chat.neighbours.sees) == 1)
        assert chat.neighbours.sees[0].text == chat.said("known_scam")

    async def test_ten_reports_of_one_person_are_one(self, chat: Chat) -> None:
        for _ in range(10):
            chat.people["Aigul"].writes("/report", to=chat.neighbours, reply_to_message=self.reply(chat, FINE))
        await chat.until(lambda: len(chat.neighbours.sees) == 10)
        assert chat.hall.case_of(FINE).sightings == 1

    async def test_a_command_that_replies_to_nothing_or_to_a_picture_is_told_what_to_do(self, chat: Chat) -> None:
        chat.people["Aigul"].writes("/report", to=chat.neighbours)
        await chat.until(lambda: len(chat.neighbours.sees) == 1)
        photo = {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}]}
        silent = {key: value for key, value in self.reply(chat, "").items() if key != "text"} | photo
        chat.people["Aigul"].writes("/report", to=chat.neighbours, reply_to_message=silent)
        await chat.until(lambda: len(chat.neighbours.sees) == 2)
        assert [seen.text for seen in chat.neighbours.sees] == [chat.said("report_how"), chat.said("report_no_words")]

    async def test_the_group_is_silent_otherwise(self, chat: Chat) -> None:
        aigul = chat.people["Aigul"]
        for words in ("Сәлем", "/start", "/report@other_bot", "/vote", "не /report", "@saqbol_test_bot помоги"):
            aigul.writes(words, to=chat.neighbours)
        chat.people["Dias"].writes("/help", to=chat.group)
        await chat.until(lambda: len(chat.group.sees) == 1)
        assert str(chat.group.id) in chat.group.sees[0].text
        assert chat.neighbours.sees == []

    async def test_next_in_the_group_answers_in_private(self, chat: Chat) -> None:
        chat.hall.asks(AIGUL, FINE)
        chat.people["Arman"].writes("/next", to=chat.neighbours)
        await chat.people["Arman"].hears()
        assert chat.neighbours.sees == []
        assert mask(FINE).text == cases.with_id(chat.hall.register, chat.hall.case_of(FINE).id).text
