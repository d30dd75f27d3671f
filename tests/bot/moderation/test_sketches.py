"""Which texts are one message and which are two."""

import pytest

from bot.masking import mask
from bot.moderation.sketches import are_alike, is_verbatim, sketch

STROLLER = (
    "Здравствуйте! Коляска ещё не продана? Я из Усть-Каменогорска, сама приехать не смогу, оформила через Каспи доставку и уже "
    "оплатила. Вам осталось принять деньги, вот ссылка: kaspi-priem.olx-vyplata.top/id48812 Введите там карту, на которую "
    "зачислить 45 000."
)
CODE = "Растау коды: 4471. Ешкімге айтпаңыз, банк қызметкеріне де."


def alike(one: str, other: str) -> bool:
    return are_alike(sketch(mask(one).text), sketch(mask(other).text))


@pytest.mark.parametrize(
    "copy",
    [
        STROLLER.upper(),
        STROLLER.replace("45 000", "120 000").replace("id48812", "id3"),
        STROLLER.replace("kaspi-priem.olx-vyplata.top/id48812", "https://olx-dostavka.shop/pay?x=1"),
        STROLLER.replace("Усть-Каменогорска", "Тараза").replace("Коляска", "Кроватка"),
        "🔥 " + STROLLER.replace(". ", " 👉 ") + " 🙏🙏",
        STROLLER.replace("а", "a").replace("о", "o").replace("е", "e"),
        STROLLER.replace("ставку", "ста\u200bвку").replace("карту", "к а р т у"),
        STROLLER[: len(STROLLER) // 2],
        STROLLER[len(STROLLER) // 2 :],
        STROLLER[60:200],
        "Пришло вот такое, это правда? " + STROLLER,
        STROLLER.replace("ё", "е").replace("!", "").replace(",", ""),
    ],
)
def test_a_copy_passed_on_with_small_changes_is_the_same_message(copy: str) -> None:
    assert alike(STROLLER, copy)


@pytest.mark.parametrize(
    "other",
    [
        "Здравствуйте! Коляска ещё продаётся? Могу подъехать сегодня после шести посмотреть.",
        "Вам осталось принять решение по вакансии, вот ссылка: hh.kz/vacancy/48812",
        "Салеметсіз бе! Арба әлі сатылмады ма?",
        "",
        "🙏🙏🙏",
    ],
)
def test_another_message_is_another(other: str) -> None:
    assert not alike(STROLLER, other)


def test_a_text_of_hardly_any_words_is_known_by_its_very_link_and_number() -> None:
    assert alike("kaspi-bonus.top", "Kaspi-Bonus.top !!!")
    assert not alike("kaspi-bonus.top", "egov-vyplata.shop")
    assert not alike("2+2", "17+3")


def test_band_keys_are_the_same_in_every_process() -> None:
    assert sketch(CODE).keys[:3] == sketch(CODE).keys[:3]
    assert len(sketch(CODE).keys) == 32
    assert all(0 <= key < 2**62 for key in sketch(CODE).keys)


class TestVerbatim:
    def test_spelling_and_ornaments_do_not_count(self) -> None:
        assert is_verbatim(CODE, "РАСТАУ КОДЫ 4471! ешкімге айтпаныз — банк кызметкеріне де 👍")

    @pytest.mark.parametrize(
        "other",
        [
            CODE.replace("4471", "4472"),
            CODE.replace("айтпаңыз", "айтыңыз"),
            CODE + " Кодты маған жіберіңіз",
            CODE.split(".")[0],
            CODE + " kaspi-kod.top",
        ],
    )
    def test_a_word_a_number_or_a_link_more_or_less_does(self, other: str) -> None:
        assert not is_verbatim(CODE, other)

    def test_another_link_or_name_does(self) -> None:
        assert not is_verbatim("Төлеңіз: egov.kz/pay", "Төлеңіз: egov.top/pay")
        assert not is_verbatim("Жазыңыз: @qizmet_a", "Жазыңыз: @qizmet_b")
        assert not is_verbatim("Төлеңіз: egov.kz/pay", "Төлеңіз: egov.kz/put")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('Общество с ограниченной ответственностью "Ломбард Көктем"', 'Общество с ограниченной ответственностью "Ломбард Маяк"'),
        ("«Алтын күз» жауапкершілігі шектеулі серіктестігі, Алматы", "«Ақ дала» жауапкершілігі шектеулі серіктестігі, Алматы"),
        ("ТОО «Микрокредитная компания Быстрые деньги»", "ТОО «Микрокредитная компания Честный займ»"),
    ],
)
def test_two_firms_of_one_legal_form_are_two(one: str, other: str) -> None:
    assert not are_alike(sketch(one), sketch(other))


def test_a_firm_is_found_with_its_legal_form_and_without() -> None:
    with_form = sketch("ТОО «Жарқын болашақ инвест қор» просит оплатить взнос сегодня")
    assert are_alike(with_form, sketch("«Жарқын болашақ инвест қор» просит оплатить взнос сегодня"))
