import time

import pytest

from bot.pictures.words import LONGEST, text_of

LEFT = 60


def table(*lines: str, sure: float = 95, rights: tuple[int, ...] = ()) -> str:
    """One paragraph as tesseract writes it; every line ends at 1000 unless `rights` says where."""
    rows = ["level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"]
    for number, line in enumerate(lines, 1):
        right = rights[number - 1] if rights else 1_000
        rows.append(f"4\t1\t1\t1\t{number}\t0\t{LEFT}\t0\t{right - LEFT}\t30\t-1\t")
        rows += [
            f"5\t1\t1\t1\t{number}\t{place}\t{LEFT}\t0\t{right - LEFT}\t30\t{sure}\t{word}"
            for place, word in enumerate(line.split(), 1)
        ]
    return "\n".join(rows)


def test_the_lines_of_a_paragraph_are_one_sentence_again() -> None:
    assert text_of(table("Сіздің атыңызға несие", "рәсімделді."), []) == "Сіздің атыңызға несие рәсімделді."


def test_a_link_that_was_broken_at_the_edge_is_whole_again() -> None:
    assert text_of(table("Төлеңіз: https://kaspi-", "bonus.top/pay тез"), []) == "Төлеңіз: https://kaspi-bonus.top/pay тез"


@pytest.mark.parametrize(
    ("lines", "rights"),
    [(("kaspi.kz/pay", "bonus.top/pay"), (400, 1_000)), (("https://egov.kz", "сайтына кіріңіз"), (1_000, 900))],
)
def test_words_behind_a_whole_link_do_not_become_part_of_it(lines: tuple[str, ...], rights: tuple[int, ...]) -> None:
    assert text_of(table(*lines, rights=rights), []) == " ".join(lines)


def test_dirt_and_icons_are_left_out() -> None:
    assert text_of(table("Назовите код", "| — °"), []) == "Назовите код"
    assert text_of(table("кокк шт нн", sure=20), []) == ""


@pytest.mark.parametrize(
    ("seen", "read"),
    [
        ("kaspі.kz", "kaspi.kz"),
        ("Бaнк", "Банк"),
        ("SMSті", "SMSті"),
        ("Kaspi", "Kaspi"),
        ("Қауіпсіздік", "Қауіпсіздік"),
    ],
)
def test_a_word_has_one_alphabet_so_that_our_own_eyes_accuse_nobody(seen: str, read: str) -> None:
    assert text_of(table(f"Код: {seen}"), []) == f"Код: {read}"


def test_what_a_code_holds_stands_behind_the_words() -> None:
    assert text_of(table("Төлеу үшін"), ["https://pay.top/1", " "]) == "Төлеу үшін\nhttps://pay.top/1"
    assert text_of("", ["https://pay.top/1"]) == "https://pay.top/1"


@pytest.mark.parametrize("hostile", ["", "\t" * 11, "5" + "\tx" * 11, "\x00\n5\t1", "5\t1\t1\t1\t1\t1\t9\t0\t9\t9\tnan\tword"])
def test_any_table_is_read_without_failing(hostile: str) -> None:
    assert "\t" not in text_of(hostile, [])


def test_the_text_is_bounded() -> None:
    assert len(text_of(table("слово " * 10_000), [])) == LONGEST


@pytest.mark.parametrize("words", [("a" * 1_900_000, "ab"), ("kaspi.kz/", "1" * 1_900_000 + "!")])
def test_a_word_without_end_holds_nobody_up(words: tuple[str, str]) -> None:
    """Whatever a picture made of the program that read it."""
    began = time.perf_counter()
    text_of(table(*words), [])
    assert time.perf_counter() - began < 1
