"""Opens the conversation with its ear, words and register as the settings say. Called by bot.app and by `python -m bot ask`."""

from functools import partial

from bot.conversation import Conversation
from bot.fresh_ear import open_fresh_ear
from bot.judging import judgement_of
from bot.known import known_of
from bot.register import open_register
from bot.settings import Settings
from content.library import Library


def open_conversation(settings: Settings, words: Library) -> Conversation:
    """In the thread that will use it. A first text is judged here: much is read at first use, while nobody waits yet."""
    ear = open_fresh_ear(settings.nlu_url, settings.nlu_token.get_secret_value())
    register = open_register(settings)
    judgement_of(
        "Сәлем! Назовите код: kaspi.kz, +7 701 000 00 00", ear=ear, look_up=partial(known_of, cards=(), register=register)
    )
    return Conversation(library=words, ear=ear, register=register, public_url=settings.public_url)
