import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode
from xml.etree import ElementTree

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from structlog.testing import capture_logs
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from bot.message import Door, Reply
from bot.pictures.reading import Reader
from bot.pictures.twilio_media import Media
from bot.reception import Reception
from bot.twilio import LONGEST_BODY, LONGEST_MESSAGE, PATH, Webhook, incoming_of, messages_of
from content import library
from content.language import Language
from tests.fakes.conversation import BUTTONS, Echo
from tests.fakes.hostile import forms as hostile_forms

TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://bot.example.kz"
NOW = datetime(2025, 11, 21, 7, 15, tzinfo=UTC)
WORDS = library.load()


class Twilio:
    """Speaks to our webhook as Twilio does."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.messages = 0

    def form(self, text: str, **fields: str) -> dict[str, str]:
        self.messages += 1
        sid = f"SM{self.messages:032x}"
        return {"MessageSid": sid, "From": "whatsapp:+77011234567", "Body": text, "NumMedia": "0", "AccountSid": "AC1", **fields}

    async def sends(self, text: str, **fields: str) -> httpx.Response:
        return await self.posts(self.form(text, **fields))

    async def posts(self, form: Mapping[str, str], url: str = PUBLIC + PATH, token: str = TOKEN) -> httpx.Response:
        return await self.raw(urlencode(form).encode(), RequestValidator(token).compute_signature(url, form))

    async def raw(self, body: bytes, signature: str | None, kind: str = "application/x-www-form-urlencoded") -> httpx.Response:
        signed = {} if signature is None else {"X-Twilio-Signature": signature}
        return await self.client.post(PATH, content=body, headers={"Content-Type": kind, **signed})


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def twilio(echo: Echo, clock: Clock) -> AsyncIterator[Twilio]:
    reception = Reception(lambda: echo, WORDS, patience=5)
    await reception.open()
    webhook = Webhook(
        reception,
        Reader(),
        Media(api="https://api.twilio.com", account_sid="AC1", auth_token=TOKEN),
        WORDS,
        public_url=PUBLIC,
        auth_token=TOKEN,
        account_sid="AC1",
        clock=clock,
    )
    transport = httpx.ASGITransport(Starlette(routes=[webhook.route]))
    async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7:8000") as client:
        yield Twilio(client)
    reception.close()


def said(response: httpx.Response) -> list[str]:
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/xml"
    return [message.text or "" for message in ElementTree.fromstring(response.content)]


async def test_a_whatsapp_message_is_answered_in_the_same_breath(twilio: Twilio, echo: Echo) -> None:
    (answer,) = said(await twilio.sends("Это мошенники?"))
    assert answer.startswith("Вы сказали: Это мошенники?")
    assert echo.heard[0].door is Door.WHATSAPP
    assert echo.heard[0].sender == "+77011234567"
    assert echo.heard[0].received_at == NOW


async def test_an_sms_comes_through_its_own_door(twilio: Twilio, echo: Echo) -> None:
    await twilio.sends("Бұл кім?", From="+77011234567")
    assert (echo.heard[0].door, echo.heard[0].sender) == (Door.SMS, "+77011234567")


async def test_buttons_become_numbers_and_a_number_picks_its_button(twilio: Twilio, echo: Echo) -> None:
    (answer,) = said(await twilio.sends("Сәлем"))
    assert "1. Срочная помощь\n2. Иә\n3. Жоқ" in answer
    await twilio.sends(" 3. ")
    assert (echo.heard[1].pressed, echo.heard[1].text) == ("no", "")


@pytest.mark.parametrize("text", ["2", "2.", "2)", " №2", "#2", "2️⃣", "(2)", "2!"])
async def test_a_number_is_understood_however_it_is_written(twilio: Twilio, echo: Echo, text: str) -> None:
    await twilio.sends("Сәлем")
    await twilio.sends(text)
    assert echo.heard[1].pressed == "yes"


@pytest.mark.parametrize("text", ["4", "0", "02", "1 2", "12", "1234", "один", "2 раза звонили", "-1"])
async def test_other_numbers_stay_texts(twilio: Twilio, echo: Echo, text: str) -> None:
    await twilio.sends("Сәлем")
    await twilio.sends(text)
    assert (echo.heard[1].pressed, echo.heard[1].text) == ("", text)


async def test_a_number_is_a_text_for_whoever_was_offered_nothing(twilio: Twilio, echo: Echo, clock: Clock) -> None:
    await twilio.sends("Сәлем")
    await twilio.sends("2", From="+77019998877")
    clock.now += timedelta(days=1)
    await twilio.sends("2")
    assert [heard.pressed for heard in echo.heard] == ["", "", ""]


async def test_a_repeated_message_is_answered_once_and_gets_the_same_answer(twilio: Twilio, echo: Echo) -> None:
    form = twilio.form("Это мошенники?")
    answers = [said(await twilio.posts(form)) for _ in range(1_000)]
    assert len(echo.heard) == 1
    assert all(answer == answers[0] for answer in answers)


async def test_a_repeat_that_comes_while_the_first_is_being_answered_waits_for_it(twilio: Twilio, echo: Echo) -> None:
    form = twilio.form("Это мошенники?")
    answers = await asyncio.gather(*(twilio.posts(form) for _ in range(20)))
    assert len(echo.heard) == 1
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize(
    ("fields", "other"),
    [
        ({"NumMedia": "1", "MediaContentType0": "image/jpeg"}, "photo"),
        ({"NumMedia": "1", "MediaContentType0": "audio/ogg"}, "voice"),
        ({"NumMedia": "1", "MediaContentType0": "video/mp4"}, "video"),
        ({"NumMedia": "1", "MediaContentType0": "text/vcard"}, "contact"),
        ({"NumMedia": "1", "MediaContentType0": "application/pdf"}, "document"),
        ({"NumMedia": "1"}, "document"),
        ({"Latitude": "43.2", "Longitude": "76.9"}, "location"),
    ],
)
async def test_a_message_without_text_says_what_it_is(twilio: Twilio, echo: Echo, fields: dict[str, str], other: str) -> None:
    await twilio.sends("", **fields)
    assert (echo.heard[0].text, echo.heard[0].other) == ("", other)


async def test_the_words_under_a_photo_are_its_text(twilio: Twilio, echo: Echo) -> None:
    await twilio.sends("Это из банка?", NumMedia="1", MediaContentType0="image/jpeg", Forwarded="true")
    assert (echo.heard[0].text, echo.heard[0].other, echo.heard[0].forwarded) == ("Это из банка?", "", True)


@pytest.mark.parametrize(
    "fields",
    [
        {"MessageStatus": "delivered"},
        {"From": "messenger:1234567890"},
        {"From": ""},
        {"From": "whatsapp:+7701'; DROP TABLE contact"},
        {"MessageSid": ""},
        {"MessageSid": "SM1\n2"},
    ],
)
async def test_what_is_no_message_of_a_person_gets_no_answer(twilio: Twilio, echo: Echo, fields: dict[str, str]) -> None:
    assert said(await twilio.sends("Сәлем", **fields)) == []
    assert echo.heard == []


async def test_silence_of_the_conversation_is_silence(twilio: Twilio, echo: Echo) -> None:
    echo.says = lambda incoming: ""
    assert said(await twilio.sends("СТОП")) == []


async def test_a_failure_inside_becomes_the_calm_sentence(twilio: Twilio, echo: Echo) -> None:
    echo.raises = RuntimeError("Мой пин 4321")
    with capture_logs() as logged:
        (answer,) = said(await twilio.sends("Мне позвонили из банка, мой пин 4321"))
    assert answer == WORDS.phrase("sorry", Language.RU)
    assert [line["event"] for line in logged] == ["answer.failed"]
    assert "4321" not in str(logged)


async def test_markup_and_characters_that_xml_forbids_do_no_harm(twilio: Twilio, echo: Echo) -> None:
    echo.says = lambda incoming: "]]></Message><Redirect>http://evil.top</Redirect>\x00\x0b\ud800\uffff&amp; 😀"
    (answer,) = said(await twilio.sends("Сәлем"))
    assert answer.startswith("]]></Message><Redirect>http://evil.top</Redirect>&amp; 😀")


# Signatures: nothing unsigned is a message.


def tampered(form: dict[str, str], **fields: str) -> bytes:
    return urlencode({**form, **fields}).encode()


async def test_only_what_twilio_signed_for_our_public_address_is_read(twilio: Twilio, echo: Echo) -> None:
    sign = RequestValidator(TOKEN).compute_signature
    form = twilio.form("Сәлем")
    good = sign(PUBLIC + PATH, form)
    body = urlencode(form).encode()
    attempts: dict[str, tuple[bytes, str | None, str]] = {}

    def attempt(name: str, body: bytes, signature: str | None, kind: str = "application/x-www-form-urlencoded") -> None:
        attempts[name] = (body, signature, kind)

    attempt("no signature", body, None)
    attempt("empty signature", body, "")
    attempt("another token", body, RequestValidator("f" * 32).compute_signature(PUBLIC + PATH, form))
    attempt("cut", body, good[:-1])
    attempt("other letters", body, good.swapcase())
    attempt("http instead of https", body, sign(f"http://bot.example.kz{PATH}", form))
    attempt("another port", body, sign(f"https://bot.example.kz:8443{PATH}", form))
    attempt("the host that the request names", body, sign(f"http://10.0.0.7:8000{PATH}", form))
    attempt("another path", body, sign(f"{PUBLIC}/", form))
    attempt("changed text", tampered(form, Body="Другое"), good)
    attempt("changed sender", tampered(form, From="whatsapp:+77010000000"), good)
    attempt("one field more", tampered(form, Extra="1"), good)
    attempt("a field twice", body + b"&Body=" + urlencode({"": "Другое"}).encode()[1:], good)
    attempt("the same field twice", body + b"&NumMedia=0", good)
    attempt("not UTF-8", body + b"&Extra=%ff%fe", good)
    attempt("bytes that are no UTF-8", body + b"&Extra=\xff\xfe", good)
    attempt("a lone surrogate", body + b"&Extra=%ed%a0%80", good)
    attempt("JSON", b'{"From": ["+7701"], "Body": {"a": 1}}', good, "application/json")
    attempt("JSON that says it is a form", b'{"From": ["+7701"], "Body": {"a": 1}}', good)
    attempt("multipart", b"--x\r\n\r\n--x--", good, "multipart/form-data; boundary=x")
    attempt("no kind at all", body, good, "")
    foreign = {**form, "AccountSid": "AC2"}
    attempt("another account", urlencode(foreign).encode(), sign(PUBLIC + PATH, foreign))
    attempt("thousands of fields", b"&".join(b"a%d=1" % n for n in range(5_000)), good)
    for name, (sent, signature, kind) in attempts.items():
        assert (await twilio.raw(sent, signature, kind)).status_code == 403, name
    assert echo.heard == []
    assert (await twilio.raw(body, good)).status_code == 200
    assert (await twilio.posts(twilio.form("Сәлем"), url=f"https://bot.example.kz:443{PATH}")).status_code == 200, (
        "Twilio does so"
    )


async def test_a_signature_of_strange_characters_is_refused(twilio: Twilio) -> None:
    body = urlencode(twilio.form("Сәлем")).encode()
    for signature in (b"\xff\xfe", "қол".encode(), b"a" * 8_000):
        headers = {b"X-Twilio-Signature": signature, b"Content-Type": b"application/x-www-form-urlencoded"}
        assert (await twilio.client.post(PATH, content=body, headers=headers)).status_code == 403


async def test_a_body_that_is_too_long_is_not_read_to_its_end(twilio: Twilio, echo: Echo) -> None:
    assert (await twilio.sends("ж" * LONGEST_BODY)).status_code == 413
    assert echo.heard == []


async def test_get_is_not_a_message(twilio: Twilio) -> None:
    assert (await twilio.client.get(PATH)).status_code == 405


def signature_of(body: bytes) -> str:
    """What Twilio would sign if this were its form; for what is no form, the signature of an empty one."""
    try:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        form = {}
    return str(RequestValidator(TOKEN).compute_signature(PUBLIC + PATH, form))


async def test_ten_thousand_hostile_bodies_harm_nobody(twilio: Twilio, echo: Echo) -> None:
    statuses: Counter[int] = Counter()
    good = twilio.form("Это мошенники?", MediaContentType0="image/jpeg", Latitude="43.2", SmsStatus="received")
    for number, hostile in enumerate(hostile_forms(seed=2, count=10_000, like=good)):
        before = len(echo.heard)
        if number % 2:
            response = await twilio.raw(hostile.content, signature_of(hostile.content))
        else:
            response = await twilio.raw(hostile.content, ("", "rubbish", "A" * 27 + "=", good["MessageSid"])[number // 2 % 4])
            assert response.status_code in (403, 413), hostile.kind
            assert len(echo.heard) == before, hostile.kind
        statuses[response.status_code] += 1
        assert response.status_code in (200, 403, 413), hostile.kind
    assert statuses[200] > 500, "right signatures were among them, or this proves little"
    assert echo.heard, "so were messages"
    (answer,) = said(await twilio.sends("Рақмет"))
    assert "Рақмет" in answer


NAMES = ("MessageSid", "From", "Body", "NumMedia", "MediaContentType0", "Latitude", "AccountSid", "MessageStatus", "Forwarded")


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=50)))
def test_any_signed_form_becomes_a_message_or_nothing(form: dict[str, str]) -> None:
    incoming = incoming_of(form, now=NOW)
    assert incoming is None or (incoming.message_id == form["MessageSid"] and not (incoming.text.strip() and incoming.other))


# Lengths.


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2


def test_choices_that_do_not_fit_come_in_a_message_of_their_own() -> None:
    text = "Қ" * (LONGEST_MESSAGE - 20)
    parts = list(messages_of(Reply(text=text, language=Language.KK, buttons=BUTTONS), WORDS))
    assert parts[0] == text
    assert "1. Срочная помощь" in parts[1]


@given(st.text(alphabet="аб қ\n😀👨‍👩‍👧", max_size=6_000))
def test_no_message_is_longer_than_twilio_takes_and_no_word_is_lost(text: str) -> None:
    parts = list(messages_of(Reply(text=text, language=Language.KK), WORDS))
    assert all(0 < units(part) <= LONGEST_MESSAGE for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


async def test_a_stop_that_twilio_itself_recognised_is_a_stop_in_whatever_word(twilio: Twilio, echo: Echo) -> None:
    await twilio.sends("dogar", OptOutType="STOP", From="+77011234567")
    await twilio.sends("help", OptOutType="HELP", From="+77011234567")
    assert [(each.door, each.text, each.pressed) for each in echo.heard] == [(Door.SMS, "", "stop"), (Door.SMS, "help", "")]
