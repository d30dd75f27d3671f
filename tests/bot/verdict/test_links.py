"""Links and handles: what is said of each way to write one, and of the honest ones that look alike."""

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

import content
from bot.verdict import links
from bot.verdict.brands import BRANDS, NEVER_ACCUSED, SHORTENERS
from bot.verdict.evidence import Evidence, Kind

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)
LINKISH = st.text("kaspiегов.:/@[]()-_01xn ht\u200b\u0000\ud800%#?。", max_size=80)


def fired(text: str) -> dict[Kind, Evidence]:
    return {evidence.kind: evidence for evidence in links.check(text) if evidence.fired}


def said_of(text: str) -> tuple[Kind, str]:
    """The only kind that fired, and what the link looks like."""
    ((kind, evidence),) = fired(text).items()
    return kind, evidence.facts.get("looks_like", "")


def test_every_kind_reports_once_also_when_nothing_is_there() -> None:
    for text in ("", "Сәлем, кешке келесің бе?", "https://kaspi.kz", "kaspl.kz bit.ly/x KaspiUpdate.apk"):
        assert [evidence.kind for evidence in links.check(text)] == list(links.KINDS)
    assert all(evidence.quote == "" and not evidence.facts for evidence in links.check("Сәлем"))


@pytest.mark.parametrize(
    ("text", "looks_like"),
    [
        ("kaspl.kz", "kaspi.kz"),
        ("KASPl.KZ", "kaspi.kz"),
        ("kasp1.kz", "kaspi.kz"),
        ("kаspi.kz", "kaspi.kz"),  # Cyrillic а
        ("kaspі.kz", "kaspi.kz"),  # Kazakh і
        ("қаspi.kz", "kaspi.kz"),
        ("kaspí.kz", "kaspi.kz"),
        ("kαspi.kz", "kaspi.kz"),  # Greek α
        ("xn--kspi-53d.kz", "kaspi.kz"),
        ("kasspi.kz", "kaspi.kz"),
        ("kapsi.kz", "kaspi.kz"),
        ("kas-pi.kz", "kaspi.kz"),
        ("eg0v.kz", "egov.kz"),
        ("eqov.kz", "egov.kz"),
        ("e-gov.kz", "egov.kz"),
        ("halykbnak.kz", "halykbank.kz"),
        ("haIykbank.kz", "halykbank.kz"),
        ("halyк-bаnk.com", "halykbank.kz"),
        ("fоrte.kz", "forte.bank"),
        ("bсc.kz", "bcc.kz"),
        ("wiIdberries.top", "Wildberries"),
        ("qazposht.kz", "Kazpost"),
        ("telegrarn.org", "Telegram"),
        ("0lx.kz", "OLX"),
    ],
)
def test_a_name_that_only_looks_like_a_brand_is_a_lookalike(text: str, looks_like: str) -> None:
    assert said_of(f"Кіріңіз: https://{text}/login") == (Kind.LOOKALIKE_LINK, looks_like)
    assert said_of(text) == (Kind.LOOKALIKE_LINK, looks_like)


@pytest.mark.parametrize(
    ("text", "looks_like"),
    [
        ("kaspi-bonus.top", "kaspi.kz"),
        ("kaspibonus.com", "kaspi.kz"),
        ("kaspi24.kz", "kaspi.kz"),
        ("kasp1-bonus.kz", "kaspi.kz"),
        ("my-kaspi.info", "kaspi.kz"),
        ("my-egov-kz.info", "egov.kz"),
        ("egov.kz.com", "egov.kz"),
        ("kaspi.kz.pay-id.ru", "kaspi.kz"),
        ("kaspi.kz-pay.ru", "kaspi.kz"),
        ("halykbank24.com", "halykbank.kz"),
        ("halyk-bonus.site", "halykbank.kz"),
        ("gov-kz.site", "gov.kz"),
        ("mvd.gov.kz.top", "gov.kz"),
        ("govkz.info", "gov.kz"),
        ("kgd-gov.kz", "gov.kz"),
        ("forte-login.top", "forte.bank"),
        ("kaspi.github.io", "kaspi.kz"),
        ("каспи-бонус.рф", "kaspi.kz"),
        ("olx-dostavka.top", "OLX"),
        ("olxpaykz.site", "OLX"),
        ("booking.com.confirm-12.top", "Booking.com"),
        ("qazposhta-tolem.kz", "Kazpost"),
        ("қазпошта.қаз", "Kazpost"),
        ("telegram-premium-gift.ru", "Telegram"),
    ],
)
def test_a_brand_inside_a_foreign_name_is_told(text: str, looks_like: str) -> None:
    assert said_of(f"Войдите на {text}, срочно!") == (Kind.BRAND_IN_FOREIGN_NAME, looks_like)


@pytest.mark.parametrize(
    ("text", "looks_like"),
    [("egov.com", "egov.kz"), ("kaspi.shop", "kaspi.kz"), ("каспи.рф", "kaspi.kz"), ("https://www.egov.press/x", "egov.kz")],
)
def test_a_brand_under_a_foreign_ending_is_told(text: str, looks_like: str) -> None:
    assert said_of(text) == (Kind.SWAPPED_ENDING, looks_like)


def test_the_real_one_is_named_only_where_an_official_page_was_seen() -> None:
    kind, looks_like = said_of("kcell.top")
    assert kind is Kind.BRAND_IN_FOREIGN_NAME
    assert looks_like == "Kcell"


def test_each_official_site_of_the_fact_sheet_is_protected_and_nothing_else_is_named() -> None:
    facts = yaml.safe_load(Path(content.__file__).with_name("facts.yaml").read_text(encoding="utf-8"))
    proved = {site for fact in facts.values() if fact["status"] == "official" for site in fact.get("values", ()) if "." in site}
    ours = {site for brand in BRANDS for site in brand.official}
    assert {site.removeprefix("guide.") for site in proved if not site.endswith(".gov.kz")} <= ours
    assert ours <= proved | {"zan.kz"}


@pytest.mark.parametrize(
    "site", sorted({site for brand in BRANDS for site in (*brand.official, *brand.presumed)} | NEVER_ACCUSED)
)
def test_the_genuine_site_and_everything_below_it_is_never_accused(site: str) -> None:
    assert fired(f"https://{site}") == {}
    assert fired(f"Толығырақ: {site}, https://www.{site}/kk/page?id=1") == {} or site in SHORTENERS


@pytest.mark.parametrize(
    "site",
    """
    pianoforte.com postroika.kz kaspiysk.ru kaspiyskiy-gruz.com snegov.ru beregov.com egovernment.eu tengrinews.kz nur.kz zakon.kz
    inform.kz sulpak.kz technodom.kz enpf.kz damu.kz chocofood.kz kundelik.kz ticketon.kz forbes.kz finance.kz apply.kz susan.com
    force.com cell.com telegraf.by halkbank.com.tr post.ch laposte.fr krishna.com koleso.kz goggles.com ozone.net dhi.com
    halyk-radio.fm kolesa-shop.ru hotel-booking.com drive.google.com accounts.google.com appleinsider.ru northbank.com
    ubank.com.au postgresql.org bcci.tv norte.com kassir.kz kaspersky.com github.com olymp.kz homebase.co.uk stat.gov.kz
    """.split(),  # noqa: SIM905
)
def test_an_ordinary_site_is_not_accused(site: str) -> None:
    assert fired(f"https://{site}/news/kaspi-egov") == {}


@pytest.mark.parametrize(
    "text",
    [
        "келді.Мен банк.Сказали Kaspi.То есть, да",
        "Позвонили из Kaspi.My name is Aigul",
        "support@kaspi-bonus.top",
        "ivan.kaspl.kz@mail.ru",
        "т.е. 12.05.2024 и 1.5 млн.тенге, 10.30-да",
        "kaspi .kz",
        "Kaspi-ге келді...Рахмет",
        "ССЫЛКА.НЕТ",
        "егов.кз пен каспи.кз",
    ],
)
def test_what_is_no_link_is_not_taken_for_one(text: str) -> None:
    assert links.addresses(text) == []
    assert fired(text) == {}


@pytest.mark.parametrize(
    ("written", "quote"),
    [
        ("Смотри: kaspi-bonus.top.", "kaspi-bonus.top"),
        ("(https://kaspi-bonus.top/a(b))", "https://kaspi-bonus.top/a(b)"),
        ("«kaspi-bonus.top»", "kaspi-bonus.top"),
        ("hxxps://kaspi-bonus[.]top/x,", "hxxps://kaspi-bonus[.]top/x"),
        ("kaspi-bonus(.)top", "kaspi-bonus(.)top"),
        ("HTTP://KASPI-BONUS.TOP:8080/", "HTTP://KASPI-BONUS.TOP:8080/"),
        ("kas\u200bpi-bo\u00adnus.top/ok", "kas\u200bpi-bo\u00adnus.top/ok"),
        ("ｋａｓｐｉ－ｂｏｎｕｓ．ｔｏｐ", "ｋａｓｐｉ－ｂｏｎｕｓ．ｔｏｐ"),
        ("kaspi-bonus。top", "kaspi-bonus。top"),
        ("𝐤𝐚𝐬𝐩𝐢-bonus.top", "𝐤𝐚𝐬𝐩𝐢-bonus.top"),
        ("сюда→kaspi-bonus.top←", "kaspi-bonus.top"),
        ("kаspі-bonus.tоp", "kаspі-bonus.tоp"),
        ("kaspi-bonus.top-тағы сыйлық", "kaspi-bonus.top"),
        ("kaspi-bonus.kzке кіріңіз", "kaspi-bonus.kz"),
        ("каспи-бонус.рф-ке кіріңіз", "каспи-бонус.рф"),
        ("https:\\\\kaspi-bonus.top", "https:\\\\kaspi-bonus.top"),
    ],
)
def test_a_link_is_found_however_it_is_written_and_quoted_as_it_was(written: str, quote: str) -> None:
    assert fired(written)[Kind.BRAND_IN_FOREIGN_NAME].quote == quote


def test_a_long_link_is_quoted_up_to_80_characters() -> None:
    assert len(fired("https://kaspi-bonus.top/" + "a" * 300)[Kind.BRAND_IN_FOREIGN_NAME].quote) == 80


@pytest.mark.parametrize("text", ["bit.ly/3xYz", "https://clck.ru/abc", "vk.cc/1", "https://goo.su/a?b", "BIT.LY/Q"])
def test_a_shortened_link_hides_where_it_leads(text: str) -> None:
    assert set(fired(text)) == {Kind.SHORTENED_LINK}


@pytest.mark.parametrize("text", ["t.me/aigul", "wa.me/77011234567", "https://youtu.be/abc", "bit.ly", "https://cutt.ly/"])
def test_a_short_link_that_tells_where_it_leads_is_not_shortened(text: str) -> None:
    assert fired(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "http://45.1.2.3/",
        "https://45.1.2.3:8443/egov",
        "45.1.2.3/pay",
        "http://755106307/",
        "http://0x2d010203/a",
        "http://055.01.02.03/",
        "http://0x2d.1.515/",
        "http://[2001:db8::1]/a",
        "http://[::ffff:45.1.2.3]:80",
    ],
)
def test_a_raw_address_is_told_in_every_form_a_browser_takes(text: str) -> None:
    assert set(fired(text)) == {Kind.RAW_ADDRESS_LINK}


@pytest.mark.parametrize("text", ["версия 1.2.3.4 вышла", "12.05.2024", "http://[нет]/", "http://999.1.1.1/", "http://0xzz/"])
def test_other_dotted_numbers_are_no_raw_address(text: str) -> None:
    assert fired(text) == {}


@pytest.mark.parametrize(
    ("text", "shown", "real"),
    [
        ("https://kaspi.kz@evil.top/a", "kaspi.kz", "evil.top"),
        ("http://egov.kz:443@45.1.2.3/", "egov.kz:443", "45.1.2.3"),
        ("kaspi.kz@evil.top/login", "kaspi.kz", "evil.top"),
        ("[https://kaspi.kz](https://evil.top/a)", "kaspi.kz", "evil.top"),
    ],
)
def test_a_link_that_shows_one_site_and_opens_another_is_disguised(text: str, shown: str, real: str) -> None:
    facts = fired(text)[Kind.DISGUISED_LINK].facts
    assert (facts["looks_like"], facts["is"]) == (shown, real)


def test_an_at_sign_behind_the_host_disguises_nothing() -> None:
    assert fired("https://medium.com/@aigul https://t.me/@aigul [kaspi.kz](https://kaspi.kz/x)") == {}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("KaspiUpdate.apk", "KaspiUpdate.apk"),
        ("Посмотри Фото_свадьбы.APK", "Фото_свадьбы.APK"),
        ("kaspi.v2.apk.zip скачай", "kaspi.v2.apk.zip"),
        ("шақыру.арк", "шақыру.арк"),  # Cyrillic
        ("https://files.example.com/a/update.apk?x=1", "update.apk"),
        ("https://example.com/get?file=egov.xapk&id=1", "egov.xapk"),
        ("setup.exe", "setup.exe"),
        ("up\u200bdate.apk", "update.apk"),
    ],
)
def test_a_file_that_installs_a_program_is_told(text: str, name: str) -> None:
    assert fired(text)[Kind.APP_FILE].facts["is"] == name


def test_other_files_are_left_alone() -> None:
    assert fired("чек.pdf, фото.jpg, https://example.com/apk.html, example.com/exe/") == {}


@pytest.mark.parametrize(
    ("text", "looks_like"),
    [
        ("@kaspi_support", "kaspi.kz"),
        ("@KaspiSupportBot", "kaspi.kz"),
        ("@kaspi7777", "kaspi.kz"),
        ("@kaspl_bank", "kaspi.kz"),
        ("@kasp1", "kaspi.kz"),
        ("@halyk_bank_help", "halykbank.kz"),
        ("@halykbank_official", "halykbank.kz"),
        ("t.me/egov_bot_kz", "egov.kz"),
        ("https://t.me/s/kaspi_bonus_kz", "kaspi.kz"),
        ("https://instagram.com/egov_gift/", "egov.kz"),
        ("@olx_delivery_kz", "OLX"),
        ("@telegram_security", "Telegram"),
        ("@kаspi_support", "kaspi.kz"),
    ],
)
def test_a_page_that_poses_as_a_brands_service_is_told(text: str, looks_like: str) -> None:
    assert said_of(f"Жазыңыз: {text}") == (Kind.LOOKALIKE_HANDLE, looks_like)


@pytest.mark.parametrize(
    "text",
    """
    @kaspikz @kaspi.kz @kaspi_kz @Kaspi @halykbank @halyk_bank @bcc_kz @egovkz @kaspi_almaty @aigul_support @help_me_please
    @post_kz @bookingkz t.me/halykbank instagram.com/kaspi.kz/ t.me/joinchat/AAAA @fortepiano_bot support@kaspi.kz @apple.music
    """.split(),  # noqa: SIM905
)
def test_a_plain_name_of_a_brand_or_of_others_is_not_accused(text: str) -> None:
    assert fired(text) == {}


def test_addresses_are_what_was_registered_lower_case_and_out_of_punycode() -> None:
    text = (
        "https://A.B.Kaspi-Bonus.TOP/x kaspi-bonus.top xn--80aa1ag9a.xn--80ao21a kaspi-x.github.io HTTP://45.1.2.3/ bonus.com.kz"
    )
    decoded = "xn--80aa1ag9a".removeprefix("xn--").encode().decode("punycode") + ".қаз"
    assert links.addresses(text) == ["kaspi-bonus.top", decoded, "kaspi-x.github.io", "45.1.2.3", "bonus.com.kz"]


def test_an_address_in_a_kazakh_case_is_still_the_genuine_site() -> None:
    assert links.addresses("kaspi.kz-тегі жеңілдік, egov.kz-ке кіріңіз, olx.kzда") == ["kaspi.kz", "egov.kz", "olx.kz"]
    assert fired("kaspi.kz-тегі жеңілдік, egov.kz-ке кіріңіз, olx.kzда") == {}


def test_handles_come_from_names_and_from_links_without_repeats() -> None:
    text = "@Kaspi_Support, t.me/kaspi_support?start=1 https://www.instagram.com/aigul.shop/ t.me/+AbCdEf123 a@mail.kz @aigul."
    assert set(links.handles(text)) == {"kaspi_support", "aigul.shop", "aigul"}
    assert len(links.handles(text)) == 3


@given(ANY_TEXT | LINKISH)
@example("http://[")
@example("xn--.kz xn--a.kz xn--\u0000.kz")
@example("http://" + "@" * 400)
@example("\ud800.kz @\udfff http://\ud83d.kz/\x00.apk")
@example("http://0x.0x.0x.0x/ http://99999999999999/")
def test_no_text_raises(text: str) -> None:
    assert len(links.check(text)) == len(links.KINDS)
    links.addresses(text)
    links.handles(text)


@pytest.mark.parametrize(
    "unit",
    ["a.", "a.a@", "[a](", "http://", "kaspi-", "_", "@a", ".apk", "xn--a.", "pay", "(.)", "a-a.kz/", "[[[[", "https://a.kz@"],
)
def test_hostile_repetition_is_answered(unit: str) -> None:
    """Bounded by construction: 4,000 characters are read, 30 addresses judged, no regular expression repeats without a limit."""
    assert len(links.check(unit * 10_000)) == len(links.KINDS)
