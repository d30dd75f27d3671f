"""Card numbers, IINs and codes are hidden on arrival; prices, years, phones, dates and order numbers are not."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.masking import LONGEST, Secret, mask

CARDS = ["4400430212345678", "5168680000000005", "2200150000000001", "378282246310005", "6011111111111117", "8600492912345671"]


def card(rng: random.Random, length: int = 16) -> str:
    body = rng.choice("23456") + "".join(rng.choice("0123456789") for _ in range(length - 2))
    return next(body + last for last in "0123456789" if luhn(body + last))


def luhn(digits: str) -> bool:
    values = [int(digit) for digit in digits[::-1]]
    return (sum(values[::2]) + sum(sum(divmod(2 * value, 10)) for value in values[1::2])) % 10 == 0


def iin(born: str, century: str, serial: str) -> str | None:
    body = born + century + serial
    check = sum(int(digit) * weight for digit, weight in zip(body, range(1, 12), strict=True)) % 11
    if check == 10:
        check = sum(int(digit) * weight for digit, weight in zip(body, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2], strict=True)) % 11
    return None if check == 10 else f"{body}{check}"


SEPARATORS = ["", " ", "-", "  ", ".", "/", "\u00a0", "\u200b", " - ", "–", "_"]


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("length", range(13, 20))
def test_a_card_number_is_hidden_whatever_stands_between_its_digits(length: int, separator: str) -> None:
    number = card(random.Random(length), length)
    written = separator.join(number[at : at + 4] for at in range(0, length, 4))
    masked = mask(f"перевести на {written} сегодня")
    assert masked.secrets == (Secret.CARD,)
    assert masked.cards == (number,)
    assert not re.search(r"\d", masked.text)


@pytest.mark.parametrize("end", ["\n", "\r\n", " \n"])
def test_a_card_on_lines_of_their_own_is_hidden_also_as_browsers_end_them(end: str) -> None:
    assert mask(end.join(("4400", "4302", "1234", "5604"))).text == end.join(["••••"] * 4)


def test_digits_one_by_one_and_fullwidth_digits_are_a_card_too() -> None:
    number = card(random.Random(1))
    assert mask(" ".join(number)).cards == (number,)
    assert mask("".join(chr(ord(digit) - ord("0") + ord("０")) for digit in number)).cards == (number,)


def test_a_hidden_number_is_in_no_printed_form() -> None:
    number = card(random.Random(2))
    assert number not in repr(mask(f"карта {number}"))


@pytest.mark.parametrize("text", ["4400430212345671", "KZ44 4004 3021 2345 6785 99", "заказ 1234567890123", "1763712345678"])
def test_what_is_no_card_is_left_alone(text: str) -> None:
    assert mask(text).text == text


@pytest.mark.parametrize(
    ("born", "century"), [("900101", "3"), ("851231", "4"), ("040229", "5"), ("101010", "6"), ("770707", "0")]
)
def test_an_iin_is_hidden(born: str, century: str) -> None:
    number = next(found for serial in range(1000, 1100) if (found := iin(born, century, str(serial))))
    for written in (number, f"{number[:6]} {number[6:]}"):
        masked = mask(f"ЖСН {written} болды")
        assert masked.secrets == (Secret.IIN,)
        assert not re.search(r"\d", masked.text)


def test_a_wrong_check_digit_or_an_impossible_birthday_is_no_iin() -> None:
    good = next(found for serial in range(1000, 1100) if (found := iin("900101", "3", str(serial))))
    wrong = good[:11] + str((int(good[11]) + 1) % 10)
    assert mask(wrong).text == wrong
    for born in ("901301", "900230", "010140"):
        number = next(found for serial in range(1000, 1100) if (found := iin(born, "3", str(serial))))
        assert mask(number).text == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Код: 4821", "4821"),
        ("код подтверждения 482193. Никому не сообщайте", "482193"),
        ("Никому не говорите код 4821", "4821"),
        ("4821 - ваш код для входа", "4821"),
        ("482193 код подтверждения Kaspi.kz", "482193"),
        ("Код для входа в приложение Kaspi.kz: 4821", "4821"),
        ("Ваш код\n4821", "4821"),
        ("он просит код 482-193", "482-193"),
        ("он просит код 482 193", "482 193"),
        ("кодты айтып қойдым: 77153", "77153"),
        ("Растау коды: 4821. Ешкімге айтпаңыз", "4821"),
        ("4821 кодын ешкімге айтпаңыз", "4821"),
        ("Құпиясөз: 90817263", "90817263"),
        ("Kod: 1234. Eshkimge aitpanyz", "1234"),
        ("your code is 559321, do not share it", "559321"),
        ("559321 is your verification code", "559321"),
        ("G-559321 is your Google verification code.", "559321"),
        ("пароль 3D-Secure: 449021", "449021"),
        ("PIN 0917", "0917"),
        ("CVV 123", "123"),
        ("кoд 4821", "4821"),  # a Latin o
        ("код 482193 2 минуты", "482193"),
        ("*482193* is your verification code", "482193"),  # bold in WhatsApp
        ("Ваш код (482193)", "482193"),
    ],
)
def test_a_code_beside_a_code_word_is_hidden(text: str, code: str) -> None:
    masked = mask(text)
    assert Secret.CODE in masked.secrets
    assert masked.text.startswith(text.replace(code, re.sub(r"\d", "•", code))[: text.index(code) + len(code)])


@pytest.mark.parametrize(
    "text",
    [
        "Просят код с 1414, говорят из ЦОНа",
        "1414-тен келген кодты сұрайды",
        "1414 кодын айтыңыз",
        "код от 7111 пришёл",
        "Просят код, а то снимут 50 000 тг",
        "скажите код, переведём 150000 тенге",
        "В 2024 году ввели код безопасности",
        "с 2023 ввели новый код",
        "код и 3500₸ за доставку",
        "код, звоните +7 701 123 45 67",
        "код, звоните 8 (701) 123-45-67",
        "код, звоните 87011234567",
        "Сообщите код. Заказ 55123 готов",
        "заказ 55123, назовите код",
        "код придёт 12.05.2024",
        "код придёт в 10:45",
        "промокод SALE2024",
        "промокод 2024 на скидку",
        "QR-код 4821",
        "Уголовный кодекс 2014 года",
        "почтовый код 050000",
        "код города 7272",
        "Цена 4500, торг",
        "родился в 1985",
        "квартира 4821, этаж 5",
        "карта *4821, код не просили",
        "наберите код *4821#",
        "код прислали, а дальше: 4821) пункт",
        "Пришло 12345678 писем",
        "100000 тенге 2025 жылы",
        "",
    ],
)
def test_prices_years_phones_dates_and_orders_are_left_alone(text: str) -> None:
    assert mask(text).text == text


def test_a_quote_cut_in_the_middle_of_a_card_is_hidden_too() -> None:
    number = card(random.Random(3))
    text = f"переведите на карту {number} до вечера"
    assert mask(text).veil(f"на карту {number[:9]}") == "на карту •••••••••"


def test_a_card_across_the_cut_is_hidden() -> None:
    number = card(random.Random(4))
    masked = mask("я" * (LONGEST - 10) + number)
    assert masked.text.endswith("•" * 10)
    assert len(masked.text) == LONGEST


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=300))
def test_any_text_keeps_its_length(text: str) -> None:
    assert len(mask(text).text) == len(text)


@given(st.text(alphabet="0123456789 -код4.,\n", max_size=200))
def test_what_is_masked_once_stays_masked(text: str) -> None:
    masked = mask(text)
    assert all(before == after or (before.isdecimal() and after == "•") for before, after in zip(text, masked.text, strict=True))
