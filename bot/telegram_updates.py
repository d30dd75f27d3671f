"""What an update of Telegram says, as the conversation understands it. Called by `telegram`; pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from aiogram.enums import ChatMemberStatus, ChatType, ContentType, MessageEntityType
from aiogram.types import Message, Update

from bot.message import Door, Incoming
from content.language import Language

_FILES = ("animation", "audio", "document", "live_photo", "paid_media", "photo", "sticker", "video", "video_note", "voice")
_SENT_BY_PEOPLE = frozenset({*_FILES, "checklist", "contact", "dice", "game", "invoice", "location", "poll", "story", "venue"})
"""Kinds that a person sends; the others are notices of Telegram itself, which nobody wants answered."""


def incoming_of(update: Update, *, now: datetime) -> Incoming | None:
    """None for what no person said to us in private: groups, channels, other bots, notices."""
    said = Incoming(door=Door.TELEGRAM, sender="", message_id=str(update.update_id), received_at=now)
    if member := update.my_chat_member:
        if member.chat.type != ChatType.PRIVATE or member.new_chat_member.status != ChatMemberStatus.KICKED:
            return None
        return replace(said, sender=str(member.chat.id), text="/stop")
    if query := update.callback_query:
        if query.message is None or query.message.chat.type != ChatType.PRIVATE or not query.data:
            return None
        hint = _language(query.from_user.language_code)
        return replace(said, sender=str(query.message.chat.id), pressed=query.data, language_hint=hint)
    message = update.message or update.edited_message
    if message is None or message.chat.type != ChatType.PRIVATE or message.from_user is None or message.from_user.is_bot:
        return None
    text = "\n".join(_words(message))
    if not text.strip() and message.content_type not in _SENT_BY_PEOPLE:
        return None
    return replace(
        said,
        sender=str(message.chat.id),
        text=text,
        other="" if text.strip() else ContentType(message.content_type).value,
        forwarded=message.forward_origin is not None,
        edited=update.message is None,
        language_hint=_language(message.from_user.language_code),
    )


def picture_of(update: Update) -> tuple[str, int] | None:
    """File id and size (0: not said) of a photo, in its largest size, or of a picture sent as a file."""
    message = update.message or update.edited_message
    if message is None:
        return None
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return largest.file_id, largest.file_size or 0
    if message.document and (message.document.mime_type or "").startswith("image/"):
        return message.document.file_id, message.document.file_size or 0
    return None


def _words(message: Message) -> Iterator[str]:
    """The text or caption, then the addresses hidden behind its words and buttons: those are what a scam wants pressed."""
    text = message.text or message.caption or ""
    yield text
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    links = [
        entity.url for entity in message.entities or message.caption_entities or () if entity.type == MessageEntityType.TEXT_LINK
    ]
    links += [button.url for row in rows for button in row]
    yield from dict.fromkeys(link for link in links if link and link not in text)


def _language(code: str | None) -> Language | None:
    """Of the person's own Telegram: «kk», «ru-RU»."""
    spoken = (code or "")[:2].lower()
    return Language(spoken) if spoken in set(Language) else None
