from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster import campaign_codes, links, policy, sms, stop_words, wording
from broadcaster.campaign_content import Content
from broadcaster.ledger_codes import SendingChannel
from broadcaster.sms import Encoding
from broadcaster.wording import Problem
from content import library, warning_templates
from content.language import Language
from tests.broadcaster.conftest import KEY
from tests.broadcaster.test_campaigns import content

WORDS = library.load()
POLICY = policy.load()
URL = "https://saqbol.kz"
LINK = links.stop_link(URL, links.stop_token(KEY, 7, 1_234_567))
KK = "Картаңызды бөтен адамға бермеңіз."
RU = "Не отдавайте карту чужим."
EN = "Do not hand your card to strangers."
ALL = {"kk": KK, "ru": RU, "en": EN}


def shown(channel: SendingChannel, language: Language, link: str = LINK, **changes: Any) -> str:
    made = content(**{"text": ALL, **changes})
    return wording.compose(made, channel, language, code="K7M2", stop_link=link, words=WORDS)


def problems(url: str = URL, **changes: Any) -> tuple[Problem, ...]:
    return wording.problems(content(**changes), policy=POLICY, public_url=url, words=WORDS)


def test_each_channel_says_it_in_its_way() -> None:
    assert shown(SendingChannel.TELEGRAM, Language.KK) == f"{KK}\n\nСақ бол K7M2"
    assert shown(SendingChannel.SMS, Language.RU) == f"{RU}\nСақ бол K7M2. Отказ: {LINK}"
    assert shown(SendingChannel.PUSH, Language.RU) == f"{RU}\nСақ бол K7M2"
    assert shown(SendingChannel.RELAY, Language.KK) == f"{KK}\nСақ бол K7M2"
    whatsapp = shown(SendingChannel.WHATSAPP, Language.KK)
    assert whatsapp == f"{KK}\n\nСақ бол K7M2. Хабарлама алғыңыз келмесе, ТОҚТАТУ деп жазыңыз."
    assert shown(SendingChannel.PAPER, Language.EN) == f"{EN}\n\nSaq bol K7M2. Stop: {LINK}"
    assert shown(SendingChannel.PAPER, Language.EN, link="") == f"{EN}\n\nSaq bol K7M2. To get no more, reply STOP."


def test_an_english_sms_stays_in_the_cheap_alphabet() -> None:
    assert sms.compose(shown(SendingChannel.SMS, Language.EN)).encoding is Encoding.GSM_7


def test_without_an_english_text_everything_is_russian() -> None:
    text = shown(SendingChannel.SMS, Language.EN, text={"kk": KK, "ru": RU})
    assert text == shown(SendingChannel.SMS, Language.RU)


@pytest.mark.parametrize("channel", SendingChannel)
@pytest.mark.parametrize("language", Language)
def test_the_code_of_every_text_is_found_again(channel: SendingChannel, language: Language) -> None:
    whole = {name: f"{text} " * 5 for name, text in ALL.items()}
    assert campaign_codes.found_in(shown(channel, language, text=whole)) == ("K7M2",)


@pytest.mark.parametrize(("language", "word"), [(Language.KK, "ТОҚТАТУ"), (Language.RU, "СТОП"), (Language.EN, "STOP")])
def test_the_word_we_tell_is_one_that_is_obeyed(language: Language, word: str) -> None:
    assert word in shown(SendingChannel.WHATSAPP, language)
    assert stop_words.command(word) == "stop"


def test_a_good_text_has_no_problems() -> None:
    channels = ["telegram", "push", "sms"]
    assert problems(text={"kk": KK, "ru": f"{RU} https://www.gov.kz/x saqbol.kz"}, channels=channels) == ()


@pytest.mark.parametrize("name", warning_templates.names())
def test_every_template_fits_an_sms_with_its_link(name: str) -> None:
    template = warning_templates.load(name)
    text = {language.value: template.render(language, dict.fromkeys(template.fields, "@pyramid_kz_1")) for language in Language}
    assert not [each for each in problems(text=text, channels=["sms", "push"]) if each.blocks]


def test_what_does_not_fit_blocks_by_channel_and_language() -> None:
    found = problems(text={"kk": KK, "ru": "я" * 140}, channels=["telegram", "push", "sms"])
    assert [(each.channel, each.language, each.blocks) for each in found] == [(SendingChannel.SMS, Language.RU, True)]
    assert "4 segments" in found[0].reason
    (push,) = problems(text={"kk": KK, "ru": "я" * 166}, channels=["push"])
    assert (push.channel, push.reason) == (SendingChannel.PUSH, "179 characters; at most 178")
    assert problems(text={"kk": KK, "ru": "я" * 165}, channels=["push"]) == ()
    (long,) = problems(text={"kk": KK, "ru": "я" * 1_600}, channels=["whatsapp"], whatsapp_template=SIDS)
    assert long.channel is SendingChannel.WHATSAPP


def test_an_emoji_counts_as_the_two_units_it_is() -> None:
    (push,) = problems(text={"kk": KK, "ru": "🙂" * 83}, channels=["push"])
    assert push.reason == "179 characters; at most 178"


@pytest.mark.parametrize(("channel", "blocks"), [("sms", False), ("push", True)])
def test_nothing_goes_out_that_cannot_be_stopped(channel: str, blocks: bool) -> None:
    found = problems(url="", text={"kk": KK, "ru": RU}, channels=[channel])
    assert [each.blocks for each in found] == [blocks, blocks]
    assert "SAQBOL_PUBLIC_URL" in found[0].reason
    assert problems(url="", text={"kk": KK, "ru": RU}, channels=["telegram"]) == ()


@pytest.mark.parametrize(
    ("text", "reason", "blocks"),
    [
        ("Смотрите http://gov.kz/x", "begins with https", True),
        ("Смотрите HTTP://gov.kz/x", "begins with https", True),
        ("Смотрите bit.ly/abc", "hides where it leads", True),
        ("Смотрите https://clck.ru/abc", "hides where it leads", True),
        ("Смотрите https://kaspi.kz", "neither the state's nor ours", False),
        ("Сайт kaspl.kz поддельный", "kaspl[.]kz", False),
        ("Смотрите https://egov.kz@evil.com/x", "evil[.]com", False),
        ("Смотрите https://egov.kz.evil.com", "egov.kz.evil[.]com", False),
        ("Смотрите https://notegov.kz", "notegov[.]kz", False),
        ("Смотрите https://10.0.0.1/x", "10.0.0[.]1", False),
    ],
)
def test_links_are_looked_at(text: str, reason: str, blocks: bool) -> None:
    (found,) = [each for each in problems(text={"kk": KK, "ru": text}, channels=["telegram"]) if reason in each.reason]
    assert (found.language, found.blocks) == (Language.RU, blocks)


@pytest.mark.parametrize(
    "text", ["Обещают 30.5 процента", "Келді.Содан кейін", "Сайт kaspl[.]kz", "https://my.egov.kz/x", "и т.д."]
)
def test_what_is_no_foreign_link_is_left_alone(text: str) -> None:
    assert problems(text={"kk": KK, "ru": text}, channels=["telegram"]) == ()


def test_swapped_and_copied_texts_are_pointed_out() -> None:
    (copied,) = problems(text={"kk": RU, "ru": RU}, channels=["telegram"])
    assert "same as the Russian" in copied.reason
    (swapped,) = problems(text={"kk": f"{RU} Никому и никогда.", "ru": KK}, channels=["telegram"])
    assert "swapped" in swapped.reason
    assert not copied.blocks
    assert not swapped.blocks


SIDS = {"kk": "HX" + "0" * 32, "ru": "HX" + "1" * 32}


def test_whatsapp_without_a_template_is_said_and_with_one_is_filled() -> None:
    assert ["no approved template" in each.reason for each in problems(channels=["whatsapp"])] == [True, True]
    assert wording.whatsapp_template(content(), Language.KK, code="K7M2") is None
    variables = {"site": "kaspl[.]kz", "real": {"kk": "Каспий банкі", "ru": "банк Каспий"}}
    made = content(whatsapp_template=SIDS, template={"name": "phishing-link", "variables": variables})
    assert wording.whatsapp_template(made, Language.KK, code="K7M2") == (
        SIDS["kk"],
        {"1": "K7M2", "2": "Каспий банкі", "3": "kaspl[.]kz"},
    )
    filled = wording.whatsapp_template(made, Language.EN, code="K7M2")
    assert filled is not None
    assert (filled[0], filled[1]["2"]) == (SIDS["ru"], "банк Каспий")


def test_a_kept_campaign_fills_its_template_as_the_file_did() -> None:
    made = content(whatsapp_template=SIDS, template={"name": "x", "variables": {"site": "kaspl[.]kz", "real": "банк", "a": "b"}})
    kept = Content.model_validate_json(made.canonical())
    assert wording.whatsapp_template(kept, Language.RU, code="K") == wording.whatsapp_template(made, Language.RU, code="K")


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    for each in wording._of_links(text, Language.RU, URL):
        assert each.reason
