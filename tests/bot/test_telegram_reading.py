"""What of an update is read as said to us."""

from typing import Any

import pytest

from content.language import Language
from tests.bot.telegram_town import FILE, GOOD, message, read


async def test_hidden_addresses_are_part_of_what_was_said() -> None:
    said = read(message=GOOD["message"])

    assert said is not None
    assert said.text == "Это мошенники?\nhttps://kaspl.kz/\nhttps://kaspi-bonus.top/"


async def test_an_address_that_can_be_read_already_is_not_repeated() -> None:
    link = {"type": "text_link", "offset": 0, "length": 5, "url": "https://kaspi.kz"}
    said = read(message=message(text="https://kaspi.kz ашыңыз", entities=[link, link]))

    assert said is not None
    assert said.text == "https://kaspi.kz ашыңыз"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}}, "sticker"),
        ({"video": {**FILE, "width": 1, "height": 1, "duration": 1}}, "video"),
        ({"video_note": {**FILE, "length": 1, "duration": 1}}, "video_note"),
        ({"document": FILE}, "document"),
        ({"audio": {**FILE, "duration": 1}}, "audio"),
        ({"location": {"latitude": 43.2, "longitude": 76.9}}, "location"),
        ({"contact": {"phone_number": "+77011234567", "first_name": "Асан"}}, "contact"),
        ({"dice": {"emoji": "🎲", "value": 1}}, "dice"),
    ],
)
def test_a_kind_we_cannot_read_is_named(content: dict[str, Any], kind: str) -> None:
    said = read(message=message(**content))

    assert said is not None
    assert (said.other, said.text) == (kind, "")


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(text="x", chat={"id": -100, "type": "supergroup", "title": "Үй"})},
        {"message": message(text="x", chat={"id": -100, "type": "group", "title": "Үй"})},
        {"channel_post": message(text="x", chat={"id": -100, "type": "channel", "title": "Үй"})},
        {"message": message(text="x", **{"from": {"id": 9, "is_bot": True, "first_name": "Bot"}})},
        {"message": message(pinned_message=message(text="x"))},
        {"message": message(message_auto_delete_timer_changed={"message_auto_delete_time": 60})},
        {"message": message(text="   ")},
        {"callback_query": {"id": "1", "from": {"id": 9, "is_bot": False, "first_name": "A"}, "chat_instance": "1", "data": "x"}},
        {"inline_query": {"id": "1", "from": {"id": 9, "is_bot": False, "first_name": "A"}, "query": "x", "offset": ""}},
        {},
    ],
    ids=str,
)
def test_what_no_person_said_to_us_in_private_is_ignored(update: dict[str, Any]) -> None:
    assert read(**update) is None


def test_a_button_pressed_in_a_group_is_ignored() -> None:
    group = {"message_id": 1, "date": 0, "chat": {"id": -100, "type": "supergroup", "title": "Үй"}}
    query = {
        "id": "1",
        "from": {"id": 9, "is_bot": False, "first_name": "A"},
        "chat_instance": "1",
        "data": "x",
        "message": group,
    }

    assert read(callback_query=query) is None


def test_the_payload_of_a_deep_link_stays_in_the_text() -> None:
    said = read(message=message(text="/start drill", entities=[{"type": "bot_command", "offset": 0, "length": 6}]))

    assert said is not None
    assert said.text == "/start drill"


@pytest.mark.parametrize(
    ("code", "language"),
    [
        *(("kk", Language.KK), ("ru", Language.RU), ("ru-RU", Language.RU), ("en-GB", Language.EN), ("EN", Language.EN)),
        *(("uz", None), (None, None), ("", None)),
    ],
)
def test_the_language_of_a_persons_telegram_is_a_hint(code: str | None, language: Language | None) -> None:
    who = {"id": 9, "is_bot": False, "first_name": "A"} | ({} if code is None else {"language_code": code})
    said = read(message=message(text="x", **{"from": who}))

    assert said is not None
    assert said.language_hint is language
