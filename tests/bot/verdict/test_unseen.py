import pytest

from bot.verdict.demands import check
from bot.verdict.evidence import Kind
from bot.verdict.links import check as check_links
from bot.verdict.unseen import seen

HIDDEN = ("\u200b", "\u00ad", "\u2060", "\ufe0f", "\U000e0061", "\U000e0141", "\u180f")
HEAPED = ("\u0301\u0331\u0489", "\u1ab0\u1dc4", "\u20d2", "\ufe20")


@pytest.mark.parametrize("unseen", [*HIDDEN, *HEAPED], ids=ascii)
def test_a_text_reads_the_same_whatever_is_hidden_in_it(unseen: str) -> None:
    for said in ("Мой ёж назвал код", "Қауіпсіздік қызметі: кодты айтыңыз"):
        assert seen(said.replace("о", f"о{unseen}")) == said


def test_letters_made_of_two_are_letters() -> None:
    assert seen("мои\u0306 е\u0308ж") == "мой ёж"


@pytest.mark.parametrize("unseen", [*HIDDEN, *HEAPED], ids=ascii)
def test_a_demand_is_heard_whatever_is_hidden_in_its_words(unseen: str) -> None:
    fired = {each.kind for each in check(f"назов{unseen}ите ко{unseen}д из смс") if each.fired}
    assert Kind.ASKS_FOR_CODE in fired


@pytest.mark.parametrize("unseen", HIDDEN, ids=ascii)
def test_a_link_is_found_whatever_is_hidden_in_it(unseen: str) -> None:
    fired = {each.kind for each in check_links(f"Төлеңіз: kas{unseen}pi-bon{unseen}us.top/pay") if each.fired}
    assert Kind.BRAND_IN_FOREIGN_NAME in fired
