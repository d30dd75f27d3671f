"""Pictures as they come through each door, over the real protocol of it: what is fetched, from where, how much, what is not."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette
from structlog.testing import capture_logs
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from bot import app
from bot.message import Unread
from bot.pictures import reading
from bot.pictures.limits import LONGEST, Refused
from bot.pictures.reading import NotFetched, Reader
from bot.pictures.twilio_media import Media
from bot.reception import Reception
from bot.twilio import PATH, Webhook
from content import library
from content.language import Language
from tests.bot.instances import settings_in
from tests.bot.pictures.made import bomb
from tests.bot.pictures.screenshots import FONT, encoded, screenshot
from tests.bot.telegram_town import NOW, PUBLIC, Town, settled, the_town
from tests.fakes.conversation import Echo

WORDS = library.load()
SAID = "Служба безопасности: назовите код"
OURS = {"Sec-Fetch-Site": "same-origin"}

pytestmark = [
    pytest.mark.skipif(not reading.is_possible(), reason="tesseract is absent: .ci/run installs it"),
    pytest.mark.skipif(FONT is None, reason="no font with Kazakh letters: apt-get install fonts-dejavu-core"),
]


@pytest.fixture(scope="module")
def picture() -> bytes:
    return encoded(screenshot(SAID), "JPEG")


# Telegram


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with the_town(per_chat=100) as town:
        yield town


def photo(file_id: str, *sizes: int, file_size: int | None = None) -> list[dict[str, object]]:
    """As Telegram names the sizes of one photo: the smallest first."""
    known = {} if file_size is None else {"file_size": file_size}
    return [
        {"file_id": f"{file_id}{side}", "file_unique_id": f"{file_id}{side}", "width": side, "height": side, **known}
        for side in sizes
    ]


async def test_telegram_the_largest_size_of_a_photo_is_read(town: Town, picture: bytes) -> None:
    town.api.world.files["p1280"] = picture
    await town.polls()
    town.aigul.sends(photo=photo("p", 90, 320, 1280), caption="Это правда?")
    await settled(town, heard=1)
    assert (town.echo.heard[0].in_picture, town.echo.heard[0].text) == (SAID, "Это правда?")
    assert town.api.asked("getFile") == [{"file_id": "p1280"}]


@pytest.mark.parametrize(("mime", "read"), [("image/png", True), ("application/pdf", False), (None, False)])
async def test_telegram_a_picture_sent_as_a_file_is_read_and_no_other_file_is_fetched(
    town: Town, picture: bytes, mime: str | None, read: bool
) -> None:
    town.api.world.files["d"] = picture
    await town.polls()
    kind = {"mime_type": mime} if mime else {}
    town.aigul.sends(document={"file_id": "d", "file_unique_id": "d", "file_name": "a.png", **kind})
    await settled(town, heard=1)
    assert town.echo.heard[0].in_picture == (SAID if read else "")
    assert bool(town.api.asked("getFile")) is read


@pytest.mark.parametrize(
    ("data", "said_size", "why"),
    [
        (b"x", LONGEST + 1, Unread.TOO_LONG),
        (b"\x00" * (LONGEST + 1), None, Unread.TOO_LONG),
        (bomb(20_000), None, Unread.TOO_MANY_POINTS),
        (b"<svg/>", None, Unread.NO_PICTURE),
        (None, None, Unread.NOT_FETCHED),
    ],
    ids=["said to be too long", "too long in truth", "a bomb", "SVG", "not there"],
)
async def test_telegram_what_cannot_be_read_is_told(town: Town, data: bytes | None, said_size: int | None, why: Unread) -> None:
    if data is not None:
        town.api.world.files["p90"] = data
    await town.polls()
    with capture_logs() as logs:
        town.aigul.sends(photo=photo("p", 90, file_size=said_size))
        await settled(town, heard=1)
    assert (town.echo.heard[0].in_picture, town.echo.heard[0].unread) == ("", why)
    assert town.api.token not in str(logs)
    assert bool(town.api.asked("getFile")) is (said_size is None)


async def test_telegram_fifty_pictures_hold_up_no_text_and_each_is_answered(town: Town, picture: bytes) -> None:
    """Neither the texts of others nor the next text of the same person."""
    town.api.world.files["p90"] = picture
    await town.polls()
    for _ in range(50):
        town.aigul.sends(photo=photo("p", 90))
    town.aigul.writes("Помогите, я перевела деньги")
    town.api.person("Тимур").writes("Сәлем")
    async with asyncio.timeout(60):
        while len(town.echo.heard) < 52:  # noqa: ASYNC110 - the echo lives in another thread
            await asyncio.sleep(0.05)
        while sum(bool(heard.in_picture) for heard in town.echo.heard) < reading.A_MINUTE:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    texts = [heard.text for heard in town.echo.heard]
    last_read = max(place for place, heard in enumerate(town.echo.heard) if heard.in_picture)
    assert max(texts.index("Помогите, я перевела деньги"), texts.index("Сәлем")) < last_read
    assert sum(heard.unread is Unread.BUSY for heard in town.echo.heard) == 50 - reading.A_MINUTE


# WhatsApp

API = "https://api.twilio.com"
SID, TOKEN = "AC1", "0123456789abcdef0123456789abcdef"
MEDIA = f"{API}/2010-04-01/Accounts/{SID}/Messages/MM{'1' * 32}/Media/ME{'2' * 32}"
STORE = "https://mms.twiliocdn.com/AC1/abc?signature=x"


class Net:
    """Answers for every host and keeps what was asked of it."""

    def __init__(self, picture: bytes, *, leads_to: str = STORE, headers: dict[str, str] | None = None) -> None:
        self.asked: list[httpx.Request] = []
        self._picture = picture
        self._leads_to = leads_to
        self._headers = headers or {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.host == "api.twilio.com" and self._leads_to:
            return httpx.Response(307, headers={"Location": self._leads_to})
        return httpx.Response(200, content=_in_pieces(self._picture), headers=self._headers)


async def _in_pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 64 * 1024):
        yield data[start : start + 64 * 1024]


def media(net: Net, *, sid: str = SID) -> Media:
    return Media(api=API, account_sid=sid, auth_token=TOKEN, transport=httpx.MockTransport(net))


async def test_whatsapp_a_picture_is_fetched_from_twilio_and_read(picture: bytes) -> None:
    net, echo = Net(picture), Echo()
    reception = Reception(lambda: echo, WORDS)
    await reception.open()
    webhook = Webhook(
        reception, Reader(), media(net), WORDS, public_url=PUBLIC, auth_token=TOKEN, account_sid=SID, clock=lambda: NOW
    )
    form = {
        "MessageSid": "MM" + "1" * 32,
        "From": "whatsapp:+77011234567",
        "AccountSid": SID,
        "Body": "",
        "NumMedia": "1",
        "MediaContentType0": "image/jpeg",
        "MediaUrl0": MEDIA,
    }
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + PATH, form)
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=[webhook.route])), base_url=PUBLIC) as client:
        for _ in range(2):
            answer = await client.post(PATH, content=urlencode(form).encode(), headers=headers)
            assert answer.status_code == 200
    reception.close()
    assert [heard.in_picture for heard in echo.heard] == [SAID]
    assert [str(request.url) for request in net.asked] == [MEDIA, STORE], "its repeat is not fetched again"


async def test_whatsapp_our_password_goes_to_the_configured_host_alone() -> None:
    net = Net(b"picture")
    assert await media(net).fetch(MEDIA) == b"picture"
    assert ["authorization" in request.headers for request in net.asked] == [True, False]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:8002/",
        MEDIA.replace("https", "http"),
        MEDIA.replace("api.twilio.com", "api.twilio.com.evil.top"),
        MEDIA.replace("api.twilio.com", "api.twilio.com@evil.top"),
        MEDIA.replace("api.twilio.com", "evil.top"),
        MEDIA.replace(SID, "AC2"),
        MEDIA + "/../../../../Messages.json",
        MEDIA + "?x=1",
        MEDIA + "\n",
        f"{API}/2010-04-01/Accounts/{SID}/Messages.json",
        "file:///etc/passwd",
        "https://[",
    ],
)
async def test_whatsapp_no_other_address_is_asked(url: str) -> None:
    net = Net(b"picture")
    with pytest.raises(NotFetched):
        await media(net).fetch(url)
    assert net.asked == []


@pytest.mark.parametrize(
    "store",
    [
        "http://mms.twiliocdn.com/a",
        "https://169.254.169.254/latest",
        "https://mms.twiliocdn.com.evil.top/a",
        "https://mms.twiliocdn.com@evil.top/a",
        "https://evil.top#mms.twiliocdn.com",
        "https://mms.twiliocdn.com:8443/a",
        "https://mms.twiliocdn.com\\@evil.top/",
        "//evil.top/a",
        "/relative",
        "https://[",
        "file:///etc/passwd",
    ],
)
async def test_whatsapp_nobody_leads_us_elsewhere(store: str) -> None:
    net = Net(b"picture", leads_to=store)
    with pytest.raises(NotFetched):
        await media(net).fetch(MEDIA)
    assert len(net.asked) == 1


async def test_whatsapp_the_store_leads_no_further() -> None:
    def leads(request: httpx.Request) -> httpx.Response:
        return httpx.Response(307, headers={"Location": STORE})

    with pytest.raises(NotFetched):
        await Media(api=API, account_sid=SID, auth_token=TOKEN, transport=httpx.MockTransport(leads)).fetch(MEDIA)


async def test_whatsapp_what_is_too_long_or_packed_is_not_held() -> None:
    with pytest.raises(Refused):
        await media(Net(b"\x00" * (LONGEST + 1))).fetch(MEDIA)
    with pytest.raises(NotFetched):
        await media(Net(b"\x00", headers={"Content-Encoding": "zstd-of-ours"})).fetch(MEDIA)


async def test_whatsapp_without_an_account_nothing_is_asked() -> None:
    net = Net(b"picture")
    with pytest.raises(NotFetched):
        await media(net, sid="").fetch(MEDIA)
    assert net.asked == []


# The page


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
async def page(echo: Echo, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    application = app.build(settings_in(tmp_path), opening=lambda settings, words: echo)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://bot.example.kz", headers=OURS) as client,
    ):
        yield client


def said_on(page: httpx.Response) -> list[str]:
    assert page.status_code == 200
    return [html.unescape(said) for said in re.findall(r'<p class="said"[^>]*>(.*?)</p>', page.text, flags=re.DOTALL)]


async def test_page_a_chosen_picture_is_read_together_with_the_text(page: httpx.AsyncClient, echo: Echo, picture: bytes) -> None:
    shown = await page.post("/chat", data={"turn": "a", "text": "Это правда?"}, files={"picture": ("экран.png", picture)})
    assert (echo.heard[0].in_picture, echo.heard[0].text) == (SAID, "Это правда?")
    assert said_on(shown)[0] == f"[{WORDS.phrase('picture_sent', Language.KK)}]\nЭто правда?"


async def test_page_no_picture_chosen_is_a_text_like_any_other(page: httpx.AsyncClient, echo: Echo) -> None:
    await page.post("/chat", data={"turn": "a", "text": "Сәлем"}, files={"picture": ("", b"")})
    assert (echo.heard[0].text, echo.heard[0].in_picture, echo.heard[0].unread) == ("Сәлем", "", None)


async def test_page_what_is_too_long_is_told_with_the_text_still_heard(page: httpx.AsyncClient, echo: Echo) -> None:
    for size in (LONGEST + 1, 2 * LONGEST, 6 * LONGEST):
        files = {"picture": ("a.png", b"\x00" * size)}
        answer = await page.post("/chat", data={"turn": str(size), "text": "Это правда?"}, files=files)
        assert answer.status_code == 200
        assert (echo.heard[-1].unread, echo.heard[-1].text) == (Unread.TOO_LONG, "Это правда?")


async def test_page_a_form_with_a_picture_sent_twice_is_answered_once(
    page: httpx.AsyncClient, echo: Echo, picture: bytes
) -> None:
    await page.get("/")
    for _ in range(2):
        await page.post("/chat", data={"turn": "a", "text": ""}, files={"picture": ("a.png", picture)})
    assert len(echo.heard) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--x\r\n\r\n",
        b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\nabc',
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n\r\n' * 2 + b"--x--\r\n",
        b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + b"\xff" * 100 + b"\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + b"a" * 2_000_000 + b"\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n\r\n' * 100 + b"--x--\r\n",
    ],
)
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary="])
async def test_page_no_form_makes_it_fail(page: httpx.AsyncClient, body: bytes, kind: str) -> None:
    assert (await page.post("/chat", content=body, headers={"Content-Type": kind})).status_code in (200, 400)


async def test_page_only_our_own_page_may_send_pictures(page: httpx.AsyncClient, echo: Echo, picture: bytes) -> None:
    answer = await page.post("/chat", files={"picture": ("a.png", picture)}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, echo.heard) == (403, [])
