"""What a person is answered to a picture, once its words are there: shown back, judged, corrected; never obeyed."""

from dataclasses import dataclass

import pytest

from bot.conversation import Conversation
from bot.emergency import Emergency
from bot.message import Door, Incoming, Reply, Unread
from bot.topics.first_aid import first_aid
from bot.topics.screenshots import SHOWN
from broadcaster import campaign_codes
from broadcaster.database import Connection
from content.language import Language
from content.library import Library
from tests.bot.people import NOON

SCAM = "Служба безопасности банка: назовите код из смс, иначе деньги спишут"


@dataclass
class Aigul:
    conversation: Conversation
    messages: int = 0

    def sends(self, in_picture: str = "", text: str = "", *, unread: Unread | None = None, **more: object) -> Reply:
        self.messages += 1
        said = Incoming(
            door=Door.WHATSAPP,
            sender="+77011234567",
            message_id=f"p{self.messages}",
            received_at=NOON,
            text=text,
            in_picture=in_picture,
            unread=unread,
            other="photo" if not text else "",
            **more,  # type: ignore[arg-type]
        )
        return self.conversation.reply_to(said)


@pytest.fixture
def aigul(conversation: Conversation) -> Aigul:
    return Aigul(conversation)


def test_what_was_read_stands_before_the_verdict_in_one_message(aigul: Aigul, words: Library) -> None:
    text = aigul.sends(SCAM).text
    assert text.startswith(words.answer("picture_read", Language.RU, text=SCAM))
    assert words.phrase("level_scam", Language.RU) in text


def test_a_correction_is_judged_anew(aigul: Aigul, words: Library) -> None:
    aigul.sends("Служба безонаснссти баика: назсвите нод")
    text = aigul.sends(text=SCAM).text
    assert words.phrase("level_scam", Language.RU) in text
    assert words.answer("picture_read", Language.RU, text=SCAM) not in text


@pytest.mark.parametrize(
    "in_picture", ["СТОП", "/stop", "/forgetme", "START", "Я перевела мошенникам деньги, что делать?", "/language"]
)
def test_nothing_in_a_picture_is_obeyed(aigul: Aigul, in_picture: str) -> None:
    assert in_picture in aigul.sends(in_picture).text


def test_an_emergency_beside_a_picture_is_the_persons_own(aigul: Aigul, words: Library) -> None:
    assert aigul.sends(SCAM, "я уже перевела им деньги") == first_aid(Emergency.PAID_ALREADY, Language.RU, words)


def test_stop_beside_a_picture_is_the_persons_own(aigul: Aigul, register: Connection) -> None:
    assert SCAM not in aigul.sends(SCAM, "СТОП").text


def test_what_stands_beside_is_judged_together_with_the_picture(aigul: Aigul, words: Library) -> None:
    reply = aigul.sends("Добрый день, это Kaspi", "Они просят: назовите код из смс, иначе деньги спишут")
    assert words.phrase("level_scam", Language.RU) in reply.text
    assert "Они просят" not in reply.text.split("\n\n")[0]


def test_secrets_in_a_picture_are_masked_and_links_cannot_be_pressed(aigul: Aigul, register: Connection) -> None:
    text = aigul.sends("Карта 4111 1111 1111 1111\nhttps://kaspi-bonus.top/pay").text
    assert "4111" not in text
    assert "•••• •••• •••• ••••" in text
    assert "kaspi-bonus[.]top/pay" in text
    assert "kaspi-bonus.top" not in text
    kept = " ".join(map(str, register.execute("SELECT * FROM question").fetchall()[0]))
    assert "4111" not in kept


def test_a_long_picture_is_shown_shortened_and_judged_whole(aigul: Aigul, words: Library) -> None:
    text = aigul.sends("Сәлем, бәрі жақсы. " * 60 + SCAM).text
    assert "Сәлем" in text
    assert SCAM not in text
    assert words.phrase("level_scam", Language.KK) in text or words.phrase("level_scam", Language.RU) in text
    assert text.index("…»") < SHOWN + 100


def test_lone_surrogates_and_zeros_in_a_picture_break_nothing(aigul: Aigul) -> None:
    assert "Код" in aigul.sends("Код\x00 \ud800").text


def test_a_picture_alone_is_answered_in_the_language_spoken_before(aigul: Aigul) -> None:
    aigul.sends(text="Сәлеметсіз бе, бұл не хабарлама?")
    assert aigul.sends(SCAM).language is Language.KK


def test_a_picture_of_somebody_new_is_answered_in_its_own_language(aigul: Aigul) -> None:
    assert aigul.sends("Құрметті клиент, сіздің шотыңыз бұғатталды").language is Language.KK


def test_a_code_in_a_picture_is_asked_for_in_words_and_calls_no_warning_a_forgery(
    aigul: Aigul, words: Library, register: Connection
) -> None:
    """One letter read wrongly would: «this is not the text we sent»."""
    code = campaign_codes.make(register.address_key, 1, 0)
    text = aigul.sends(f"Ескерту! Кодты ешкімге айтпаңыз. Сақ бол, {code}").text
    assert text.endswith(words.phrase("picture_code", Language.KK, code=code))


@pytest.mark.parametrize("why", list(Unread))
@pytest.mark.parametrize("language", list(Language))
def test_a_picture_that_cannot_be_read_gets_its_calm_sentence(
    aigul: Aigul, words: Library, why: Unread, language: Language
) -> None:
    reply = aigul.sends(unread=why, language_hint=language)
    assert reply.text == f"{words.phrase(f'picture_{why}', language)} {words.phrase('picture_write_instead', language)}"
    assert reply.buttons[0][0].data == "emergency"


def test_what_stands_beside_an_unreadable_picture_is_judged_and_the_picture_not_passed_over(aigul: Aigul, words: Library) -> None:
    text = aigul.sends(text=SCAM, unread=Unread.BUSY).text
    assert words.phrase("level_scam", Language.RU) in text
    assert words.phrase("picture_busy", Language.RU) in text


def test_pictures_count_in_the_flood(aigul: Aigul) -> None:
    answers = [aigul.sends(f"{number} {SCAM}").text for number in range(60)]
    assert answers[-1] == ""
