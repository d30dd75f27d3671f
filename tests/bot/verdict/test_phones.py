"""Numbers: who calls from where, which cannot exist, which pose as a short code, and what is no telephone number at all."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.verdict import phones
from bot.verdict.evidence import Evidence, Kind

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)
NUMBERISH = st.text("0123456789+78 ()-.№тг", max_size=60)


def fired(text: str) -> dict[Kind, Evidence]:
    return {evidence.kind: evidence for evidence in phones.check(text) if evidence.fired}


def test_every_kind_reports_once_also_when_nothing_is_there() -> None:
    for text in ("", "Кешке келесің бе?", "+7 701 123 45 67", "Звонили с +44 7911 123456"):
        assert [evidence.kind for evidence in phones.check(text)] == list(phones.KINDS)


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("+7 701 123 45 67", "+77011234567"),
        ("+7(701)123-45-67", "+77011234567"),
        ("8 (701) 123-45-67", "+77011234567"),
        ("8-701-123-45-67", "+77011234567"),
        ("87011234567", "+77011234567"),
        ("77011234567", "+77011234567"),
        ("7011234567", "+77011234567"),
        ("+7 701\u00a0123\u00a045\u00a067", "+77011234567"),
        ("+7701\u200b1234567", "+77011234567"),
        ("+７ ７０１ １２３ ４５ ６７", "+77011234567"),
        ("8 727 250 00 00", "+77272500000"),
        ("8 (7172) 74-55-55", "+77172745555"),
        ("тел.87011234567", "+77011234567"),
        ("87011234567ге", "+77011234567"),
        ("8 800 080 77 77", "+78000807777"),
        ("+7 926 123-45-67", "+79261234567"),
        ("0044 7911 123456", "+447911123456"),
        ("wa.me/77011234567", "+77011234567"),
        ("https://api.whatsapp.com/send?phone=77011234567", "+77011234567"),
    ],
)
def test_a_number_is_read_however_it_is_written(written: str, e164: str) -> None:
    assert phones.numbers(f"Мой номер {written}, звоните") == [e164]


def test_several_numbers_are_told_apart() -> None:
    assert phones.numbers("+77011234567,+77021234567 8 701 123 45 67 87031234567") == [
        "+77011234567",
        "+77021234567",
        "+77031234567",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "ИИН 990101300123",
        "ЖСН: 990101 300 123",
        "карта 4400 4301 2345 6789",
        "4400430123456789",
        "KZ86125KZT5004100100",
        "KZ86 125K ZT50 0410 0100",
        "8 700 000 0000 тг",
        "87000000000₸",
        "12.05.2024 10:30 - 10.06.2024",
        "заказ №87011234567",
        "код 482913, никому",
        "баланс: 1 234 567,89 тг",
        "+7 701 *** 45 67",
        "+7 7xx xxx xx xx",
        "итого +12 345 678 тенге",
        "трек RB123456789KZ",
        "id=77011234567",
    ],
)
def test_other_numbers_are_no_telephone_numbers(text: str) -> None:
    assert phones.numbers(text) == []
    assert fired(text) == {}


@pytest.mark.parametrize(
    ("text", "number", "country"),
    [
        ("Маған +44 7911 123456 нөмірінен қоңырау шалды", "+44 7911 123456", "GB"),
        ("Пишите менеджеру в WhatsApp +8801712345678", "+8801712345678", "BD"),
        ("+380 67 123 45 67 кто это?", "+380 67 123 45 67", "UA"),
        ("wa.me/998901234567 жазыңыз", "998901234567", "UZ"),
        ("Звонят с +1 414 555 0123", "+1 414 555 0123", "US"),
        ("Следователь полиции звонил с +7 926 123-45-67", "+7 926 123-45-67", "RU"),
        ("Служба безопасности Kaspi, перезвоните 8 926 123 45 67", "8 926 123 45 67", "RU"),
    ],
)
def test_a_foreign_caller_is_told_with_the_country(text: str, number: str, country: str) -> None:
    assert dict(fired(text)[Kind.FOREIGN_CALLER].facts) == {"number": number, "country": country}


@pytest.mark.parametrize(
    "text",
    [
        "Мама звонила с нового номера +7 926 123-45-67",
        "+7 926 123-45-67",
        "Қоңырау шалыңыз: +7 701 123 45 67",
        "Банк Kaspi, звоните 8 800 080 77 77",
        "Горячая линия Сбербанка +7 495 500-55-50, звоните",
        "В отчёте на странице 12 указан факс лондонского офиса компании: +44 20 7946 0958, отчёт годовой, сто страниц",
    ],
)
def test_people_have_relatives_in_russia_and_numbers_of_their_own(text: str) -> None:
    assert fired(text) == {}


@pytest.mark.parametrize("number", ["+7 701 123 45 6", "+7 701 123 45 678", "+77011234567890", "+997 701 123 45 67"])
def test_a_number_that_cannot_exist_is_told(number: str) -> None:
    evidence = fired(f"Звонили с {number} сегодня")[Kind.MALFORMED_CALLER]
    assert evidence.quote == evidence.facts["number"] == number
    assert phones.numbers(number) == []


def test_a_code_too_new_for_the_library_is_not_called_impossible() -> None:
    assert fired("Звонили с +7 703 123 45 67") == {}
    assert phones.numbers("Звонили с +7 703 123 45 67") == ["+77031234567"]


def test_eleven_digits_of_an_order_accuse_nobody() -> None:
    assert fired("Посылка 77991234567 прибыла, звоните") == {}


@pytest.mark.parametrize(
    ("text", "number", "code"),
    [
        ("+1414 звонили", "+1414", "1414"),
        ("8-1414 нөмірінен", "8-1414", "1414"),
        ("+7 1414 22 33", "+7 1414 22 33", "1414"),
        ("8 (7111) звонит банк", "8 (7111)", "7111"),
        ("Мне звонил 14-14-25", "14-14-25", "1414"),
        ("+7 (700) 000-14-14 это же 1414?", "+7 (700) 000-14-14", "1414"),
        ("+7 (727) 250-14-14 бізге 1414-тен хабарласты", "+7 (727) 250-14-14", "1414"),
        ("+7102 звонит следователь", "+7102", "102"),
        ("+112 қоңырау шалды", "+112", "112"),
        ("+9999 оператор", "+9999", "9999"),
    ],
)
def test_a_number_that_poses_as_a_short_code_is_told(text: str, number: str, code: str) -> None:
    assert dict(fired(text)[Kind.IMITATES_SHORT_CODE].facts) == {"number": number, "looks_like": code}


@pytest.mark.parametrize(
    "text",
    [
        "1414 звонит",
        "Звоните 102 или 112",
        "Halyk 7111",
        "+112 рублей на счёт",
        "+102 человека за день",
        "+1414 тг бонус",
        "14-14 счёт матча",
        "8 701 555 99 99, переводи на каспи",
        "в 14-14-25 по времени",
    ],
)
def test_short_codes_themselves_and_sums_are_left_alone(text: str) -> None:
    assert fired(text) == {}


@given(ANY_TEXT | NUMBERISH)
@example("+7 " + "7" * 50)
@example("\ud800+7 701 123 45 67\x00")
@example("+٧٧٠١١٢٣٤٥٦٧")
@example("+² wa.me/²²²²²²²²²")
def test_no_text_raises(text: str) -> None:
    assert len(phones.check(text)) == len(phones.KINDS)
    assert all(number.startswith("+") and number[1:].isascii() and number[1:].isdigit() for number in phones.numbers(text))


@pytest.mark.parametrize("unit", ["7", "+7", "7 ", "+7 701 123 45 67 ", "8-", "(", "1414 ", "+1 (", "wa.me/7"])
def test_hostile_repetition_is_answered(unit: str) -> None:
    """Bounded by construction: 4,000 characters are read, 30 numbers looked at, no regular expression repeats without a limit."""
    assert len(phones.check(unit * 10_000)) == len(phones.KINDS)
