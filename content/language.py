"""The three languages of the product."""

from enum import StrEnum


class Language(StrEnum):
    """Language of an answer; Latin-letter Kazakh is KK, Latin-letter Russian is RU."""

    KK = "kk"
    RU = "ru"
    EN = "en"
