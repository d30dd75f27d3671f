"""Whose names swindlers borrow here: the brands the link checks protect, and what goes with a borrowed name.

`official` domains were seen on an official page and may be named to a citizen as the real ones; `presumed` ones are never accused
and never named. When an official domain joins content/facts.yaml, it joins here too (a test says so).
"""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("brands.yaml")


class Wears(IntEnum):
    """How much of a foreign name must be a brand's before we say that the name hides behind it."""

    EXACTLY = 0
    """Only the same name or the genuine domain spelled inside: the word is too common (post, booking)."""
    WITH_SERVICE_WORD = 1
    """The word, and a service word or digits beside it: forte-login, olx24."""
    ANYWHERE = 2
    """A coined word: a name that begins with it is enough, kaspihelpers."""


class Ending(IntEnum):
    """Under which endings the bare name of a brand is a foreign site."""

    NONE = 0
    CHEAP = 1
    """Under those that anybody buys for a dollar: kcell.top; kcell.com may be somebody's."""
    ANY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """`labels` are the protected words, `unlike` beginnings of ordinary words and of others' names that are no imitation."""

    name: str
    labels: tuple[str, ...]
    official: tuple[str, ...] = ()
    presumed: tuple[str, ...] = ()
    wears: Wears = Wears.WITH_SERVICE_WORD
    ending: Ending = Ending.CHEAP
    typos: bool = True
    unlike: tuple[str, ...] = ()
    handles: bool = True

    @property
    def real(self) -> str:
        """What a citizen is told the name imitates: the official domain, or the name alone where none is proved."""
        return self.official[0] if self.official else self.name


_STATE_AND_BANKS = (
    Brand(
        name="eGov",
        labels=("egov",),
        official=("egov.kz",),
        wears=Wears.ANYWHERE,
        ending=Ending.ANY,
        unlike=("egovern",),
    ),
    Brand(name="gov.kz", labels=("govkz",), official=("gov.kz",), wears=Wears.ANYWHERE, ending=Ending.ANY),
    Brand(name="Adilet", labels=("adilet",), official=("adilet.zan.kz", "zan.kz"), wears=Wears.EXACTLY, ending=Ending.NONE),
    Brand(
        name="Kaspi",
        labels=("kaspi", "kaspibank", "kaspigold"),
        official=("kaspi.kz",),
        wears=Wears.ANYWHERE,
        ending=Ending.ANY,
        unlike=("kaspii", "kaspij", "kaspiy", "kaspis", "kaspa", "caspi"),
    ),
    Brand(
        name="Halyk Bank",
        labels=("halykbank",),
        official=("halykbank.kz",),
        wears=Wears.ANYWHERE,
        ending=Ending.ANY,
        unlike=("halkbank",),
    ),
    Brand(name="Halyk Bank", labels=("halyk", "halik", "haliq"), official=("halykbank.kz",)),
    Brand(
        name="Bank CenterCredit",
        labels=("centercredit", "bankcentercredit"),
        official=("bcc.kz",),
        wears=Wears.ANYWHERE,
        ending=Ending.ANY,
    ),
    Brand(name="Bank CenterCredit", labels=("bcc",), official=("bcc.kz",)),
    Brand(name="ForteBank", labels=("fortebank",), official=("forte.bank", "forte.kz"), wears=Wears.ANYWHERE, ending=Ending.ANY),
    Brand(name="ForteBank", labels=("forte",), official=("forte.bank", "forte.kz"), typos=False),
    Brand(name="Altyn Bank", labels=("altynbank",), official=("altynbank.kz",), wears=Wears.ANYWHERE, ending=Ending.ANY),
    Brand(name="KDIF", labels=("kdif",), official=("kdif.kz",)),
    Brand(name="Fingramota", labels=("fingramota",), official=("fingramota.kz",), ending=Ending.NONE, typos=False),
    Brand(name="Polisia.kz", labels=("polisia",), official=("polisia.kz",), typos=False),
    Brand(name="Homebank", labels=("homebank",), presumed=("homebank.kz",), unlike=("homebanc", "homebase")),
    Brand(name="Home Credit", labels=("homecredit",), presumed=("homecredit.kz",)),
    Brand(name="Eurasian Bank", labels=("eubank",), presumed=("eubank.kz",), unlike=("ubank", "eubanks")),
    Brand(name="Jusan Bank", labels=("jusanbank", "jysanbank"), presumed=("jusan.kz",), wears=Wears.ANYWHERE),
    Brand(name="Jusan Bank", labels=("jusan", "jysan"), presumed=("jusan.kz",), unlike=("susan", "juan")),
    Brand(name="Alatau City Bank", labels=("alataucitybank",), presumed=("alataucitybank.kz",), wears=Wears.ANYWHERE),
    Brand(name="Otbasy Bank", labels=("hcsbk", "otbasybank"), presumed=("hcsbk.kz",), wears=Wears.ANYWHERE),
    Brand(name="Bereke Bank", labels=("berekebank",), presumed=("berekebank.kz",), wears=Wears.ANYWHERE),
    Brand(name="Freedom Bank", labels=("bankffin",), presumed=("bankffin.kz", "ffin.kz"), wears=Wears.ANYWHERE),
    Brand(name="Freedom Bank", labels=("ffin",), presumed=("bankffin.kz", "ffin.kz")),
    Brand(name="Freedom Bank", labels=("freedombank",), presumed=("bankffin.kz",), typos=False),
    Brand(name="Bank RBK", labels=("bankrbk",), presumed=("bankrbk.kz", "rbk.kz"), wears=Wears.ANYWHERE),
    Brand(name="Bank RBK", labels=("rbk",), presumed=("bankrbk.kz", "rbk.kz"), wears=Wears.EXACTLY, ending=Ending.NONE),
    Brand(name="Nurbank", labels=("nurbank",), presumed=("nurbank.kz",), wears=Wears.ANYWHERE, unlike=("nurban",)),
    Brand(
        name="National Bank",
        labels=("nationalbank",),
        presumed=("nationalbank.kz",),
        unlike=("nationalbanks", "nationalrank"),
        handles=False,
    ),
    Brand(name="1CB", labels=("1cb",), presumed=("1cb.kz",), ending=Ending.NONE),
    Brand(name="eOtinish", labels=("eotinish",), presumed=("eotinish.kz",), wears=Wears.ANYWHERE, ending=Ending.ANY),
)

_SERVICES_HERE = (
    Brand(
        name="Kazpost",
        labels=("kazpost", "qazpost", "kazpochta", "kazposhta", "qazposhta"),
        presumed=("kazpost.kz", "qazpost.kz", "post.kz"),
        wears=Wears.ANYWHERE,
        ending=Ending.ANY,
        unlike=("kazport",),
    ),
    Brand(name="Kazpost", labels=("post",), presumed=("post.kz",), wears=Wears.EXACTLY, ending=Ending.NONE, handles=False),
    Brand(name="OLX", labels=("olx",), presumed=("olx.kz",)),
    Brand(
        name="Kolesa",
        labels=("kolesa",),
        presumed=("kolesa.kz",),
        wears=Wears.EXACTLY,
        ending=Ending.NONE,
        unlike=("koleso",),
        handles=False,
    ),
    Brand(name="Krisha", labels=("krisha",), presumed=("krisha.kz",), ending=Ending.NONE, unlike=("krishna", "grisha")),
    Brand(name="Air Astana", labels=("airastana",), presumed=("airastana.com",), wears=Wears.ANYWHERE, ending=Ending.ANY),
    Brand(name="Kcell", labels=("kcell",), presumed=("kcell.kz",), unlike=("cell", "excell", "kell")),
    Brand(name="Beeline", labels=("beeline",), presumed=("beeline.kz",), unlike=("feline", "byline")),
    Brand(name="Tele2", labels=("tele2",), presumed=("tele2.kz",), typos=False),
)

_KNOWN_EVERYWHERE = (
    Brand(name="Telegram", labels=("telegram",), presumed=("telegram.org", "telegram.me"), unlike=("telegraf", "telegra")),
    Brand(name="WhatsApp", labels=("whatsapp",), presumed=("whatsapp.com", "whatsapp.net")),
    Brand(name="Instagram", labels=("instagram",), presumed=("instagram.com",)),
    Brand(name="Facebook", labels=("facebook",), presumed=("facebook.com", "fb.com")),
    Brand(name="Google", labels=("google",), presumed=("google.com", "google.kz"), unlike=("goggle", "googl", "doodle")),
    Brand(name="Apple", labels=("apple",), presumed=("apple.com",), ending=Ending.NONE, typos=False),
    Brand(name="iCloud", labels=("icloud",), presumed=("icloud.com",), unlike=("cloud",)),
    Brand(name="Wildberries", labels=("wildberries",), presumed=("wildberries.ru", "wildberries.kz", "wb.ru")),
    Brand(name="Ozon", labels=("ozon",), presumed=("ozon.ru", "ozon.kz")),
    Brand(name="DHL", labels=("dhl",), presumed=("dhl.com", "dhl.kz")),
    Brand(name="CDEK", labels=("cdek",), presumed=("cdek.ru", "cdek.kz")),
    Brand(name="inDrive", labels=("indrive", "indriver"), presumed=("indrive.com", "indriver.com"), unlike=("drive", "undrive")),
    Brand(name="Binance", labels=("binance",), presumed=("binance.com", "binance.kz"), unlike=("finance", "binances")),
    Brand(
        name="Booking.com",
        labels=("booking",),
        presumed=("booking.com",),
        wears=Wears.EXACTLY,
        ending=Ending.NONE,
        typos=False,
        handles=False,
    ),
    Brand(name="Netflix", labels=("netflix",), presumed=("netflix.com",)),
    Brand(name="PayPal", labels=("paypal",), presumed=("paypal.com",), unlike=("papal", "payal")),
)

BRANDS = (*_STATE_AND_BANKS, *_SERVICES_HERE, *_KNOWN_EVERYWHERE)

_LISTS: dict[str, frozenset[str]] = {
    name: frozenset(words.split()) for name, words in yaml.safe_load(_FILE.read_text(encoding="utf-8")).items()
}

NEVER_ACCUSED = _LISTS["never_accused"]
"""Sites that carry a protected word rightly, or host everybody's pages."""

SERVICE_WORDS = _LISTS["service_words"]
"""What stands beside a borrowed name to make it look like a service of its owner."""

CHEAP_ENDINGS = _LISTS["cheap_endings"]

SHORTENERS = _LISTS["shorteners"]
"""t.me, wa.me and youtu.be are short, but they say where they lead."""
