"""Why a row or a file of an import was refused, as keys of sentences in content/desk/*/imports.yaml. Pure.

The file of errors and the register keep our own English lines; whatever has no sentence here is shown as it stands.
"""

import re
from collections.abc import Mapping, Sequence

_SENTENCES: Sequence[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern), key)
    for pattern, key in (
        (r"fields: (?P<found>\d+), in the header: (?P<wanted>\d+)", "row_fields"),
        (r"(?:the first line )?is longer than (?P<most>\d+) bytes", "row_too_long"),
        (r"(?:the first line )?holds a NUL byte", "row_nul"),
        (r"(?:the first line )?is not (?P<encoding>[\w-]+), as the lines before it are", "row_encoding"),
        (r"has a quotation mark that is not closed or stands in the middle of a value", "row_quotation"),
        (r"has no address", "row_no_address"),
        (r"a Telegram chat is a whole number", "row_telegram"),
        (r"a telephone number has a country code and 8 to 15 digits", "row_telephone"),
        (r"a push or web address is one line of 1 to (?P<most>\d+) characters", "row_push"),
        (r"a relay address is partner/pseudonym, letters and digits without blanks", "row_relay"),
        (r"(?P<column>\w+) is not one of: (?P<known>.+)", "row_not_one_of"),
        (r"consent is yes, nothing, or kind@origin@date such as .+", "row_consent"),
        (r"consent has a date that is in no calendar", "row_consent_date"),
        (r"consent has a date in the future", "row_consent_future"),
        (r"this person would have two different .+: somebody must say which is right", "row_two_addresses"),
        (r"These addresses are of different people: a person must say which is right\.", "row_two_addresses"),
        (r"A message to one of them is on its way just now: import this row again when it has arrived\.", "row_on_its_way"),
        (r"(?P<column>\w+) is empty", "row_empty"),
        (r"organisation is yes or no", "row_organisation"),
        (r"first_seen is a date such as .+", "row_first_seen"),
        (r"first_seen is in the future", "row_first_seen_future"),
        (r"(?P<site>\S+) is shared by everybody: add the handle or the organisation instead", "row_shared_site"),
        (r"an organisation's name has 2 to 200 characters", "row_organisation_name"),
        (r"a handle is @ and 2 to 64 letters, digits, dots or _", "row_handle"),
        (r"a link has a registrable domain, such as kaspi-bonus\.top", "row_link"),
        (r"a card has 12 to 19 digits", "row_card"),
        (r"this card number's check digit is wrong: one digit is mistyped", "row_card_digit"),
        (r"an IBAN begins with two letters and two digits", "row_iban"),
        (r"this IBAN's check digits are wrong: one character is mistyped", "row_iban_digit"),
        (r".+ cannot be read: .+", "file_unread"),
        (r".+ has no column (?P<column>\w+)", "file_no_column"),
        (r"this is UTF-16: save the table as CSV UTF-8", "file_utf16"),
        (r"column (?P<place>\d+) of the first line is not one of: (?P<known>.+)", "file_column"),
        (r"a column stands twice in the first line", "file_twice"),
        (r"a snapshot is not taken in the future", "file_future"),
    )
]


def sentence_of(reason: str) -> tuple[str, Mapping[str, str]] | None:
    """Its key and fields; None for what nobody has foreseen."""
    for pattern, key in _SENTENCES:
        if found := pattern.fullmatch(reason):
            return key, found.groupdict(default="")
    return None
