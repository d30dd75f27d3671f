"""What a message in the volunteers' Telegram says: its words, its command, the language of its sender. Pure. Called by group."""

from telegram import Message

from content.language import Language


def words_in(message: Message) -> str:
    """The text or caption, then the addresses hidden behind its words and buttons: those are what a scam wants pressed."""
    text = message.text or message.caption or ""
    entities = (*message.entities, *message.caption_entities)
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    links = [entity.url for entity in entities] + [button.url for row in rows for button in row]
    return "\n".join([text, *dict.fromkeys(link for link in links if link and link not in text)])


def command_in(text: str, username: str) -> str:
    """«/next» of «/next@our_bot now»; empty for no command, or another bot's."""
    word = text.split(maxsplit=1)[0].casefold() if text.startswith("/") else ""
    command, at, name = word.partition("@")
    return command if not at or name == username.casefold() else ""


def language_of(code: str | None) -> Language | None:
    spoken = (code or "")[:2].lower()
    return Language(spoken) if spoken in set(Language) else None
