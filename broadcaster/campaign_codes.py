"""The short code of a campaign, such as K7M2: printed in every text, so that anybody can ask whether a warning is ours. Pure.

Its letters look alike in Latin and Cyrillic and like no digit; with a letter and a digit in it, it is no word and no number.
"""

import re

from broadcaster.addresses import AddressKey

LENGTH = 4
_LETTERS, _DIGITS = "ACEHKMPTXY", "245679"
_ALPHABET = _LETTERS + _DIGITS
_CYRILLIC = str.maketrans("АСЕНКМРТХУ", _LETTERS)
_LONGEST_QUESTION, _LONGEST_SURE_QUESTION = 40, 200
_MOST = 10
_TOKEN = re.compile(rf"(?<![^\W_])[^\W_]{{{LENGTH}}}(?![^\W_])")
_MARKED = re.compile(rf"(?<!\w)(?:са[қк]|sa[qk])\s{{1,3}}(?:бол|bol)\W{{1,5}}([^\W_]{{{LENGTH}}})(?![^\W_])", re.IGNORECASE)


def make(key: AddressKey, campaign: int, attempt: int) -> str:
    """The next `attempt` is for a code that is taken. Nobody can guess it from the id."""
    for salt in range(1_000):
        digest = key.digest("campaign-code", f"{campaign}:{attempt}:{salt}")
        code = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:LENGTH])
        if _is_code(code):
            return code
    raise AssertionError("one in five does not fit")


def found_in(text: str, *, question: bool = False) -> tuple[str, ...]:
    """What may be codes: any in a short question; in a long text, which may be a whole message, only those behind our name.

    `question`: it is known to be one, and may be longer.
    """
    stripped = text.strip()
    longest = _LONGEST_SURE_QUESTION if question else _LONGEST_QUESTION
    words = _TOKEN.findall(stripped) if len(stripped) <= longest else _MARKED.findall(stripped[:4_000])
    folded = [word.upper().translate(_CYRILLIC) for word in words]
    return tuple(dict.fromkeys(code for code in folded if _is_code(code)))[:_MOST]


def _is_code(word: str) -> bool:
    return (
        len(word) == LENGTH
        and set(word) <= set(_ALPHABET)
        and any(character in _LETTERS for character in word)
        and any(character in _DIGITS for character in word)
    )
