"""The public pages in one language each: welcome, code, subscription, choices. Every word is content's; everything is escaped."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlsplit

from broadcaster.addresses import AddressKey
from broadcaster.campaign_records import Shown
from broadcaster.channels import vapid
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.removals import Log
from broadcaster.settings import ProviderSettings
from broadcaster.web.choices import ALL
from broadcaster.web.choosing import Chosen
from broadcaster.web.html import environment
from broadcaster.web.page_language import NAMES
from broadcaster.web.pages import TEMPLATES, Pages
from content.language import Language
from content.library import Library


class PublicPages:
    """One per process. Where our pages stand is told by the settings, never by the Host of a request."""

    def __init__(self, library: Library, settings: ProviderSettings, key: AddressKey, unsubscribe: Pages) -> None:
        self._library = library
        self._settings = settings
        self._unsubscribe = unsubscribe
        self._base = base_of(settings.public_url)
        self._server_key = vapid.application_server_key(key)
        self._templates = environment(TEMPLATES)

    def welcome(self, language: Language) -> str:
        return self._page("welcome.html", language)

    def code(self, language: Language, *, asked: bool, code: str, shown: Shown | None) -> str:
        """`code` is empty where nothing that was typed has the form of one."""
        texts = {each: shown.texts[each] for each in _order(language) if each in shown.texts} if shown else {}
        at = shown.since.astimezone(KAZAKHSTAN).strftime("%d.%m.%Y") if shown else ""
        return self._page("code.html", language, asked=asked, code=shown.code if shown else code, texts=texts, at=at, query=code)

    def subscribe(self, language: Language) -> str:
        return self._page(
            "subscribe.html",
            language,
            **self._offered(language),
            chosen=frozenset(),
            region=None,
            chosen_language=language,
            server_key=self._server_key,
            ways=self._other_ways(language),
        )

    def choices(self, chosen: Chosen, *, language: Language, token: str, form: str, saved: bool) -> str:
        return self._page(
            "choices.html",
            language,
            **self._offered(language),
            person=chosen,
            chosen=chosen.topics,
            region=chosen.region,
            chosen_language=chosen.language,
            token=token,
            form=form,
            saved=saved,
        )

    def not_now(self, language: Language) -> str:
        return self._page("not_now.html", language)

    def removals(self, log: Log, language: Language) -> str:
        return self._page(
            "removals.html",
            language,
            log=log,
            day=lambda at: at.astimezone(KAZAKHSTAN).strftime("%d.%m.%Y"),
            scheme_name=lambda id: self._library.card(id, language).name if id in self._library.schemes else id,
            mail=self._settings.appeals,
        )

    def bad_link(self) -> str:
        """The same page that a forged stop link gets."""
        return self._unsubscribe.plain("unsubscribe_bad_link")

    def _page(self, template: str, language: Language, **fields: object) -> str:
        return self._templates.get_template(template).render(
            {
                "query": "",
                **fields,
                "language": language,
                "say": partial(self._library.phrase, language=language),
                "names": NAMES,
                "base": self._base,
            }
        )

    def _offered(self, language: Language) -> Mapping[str, object]:
        regions = {slug: names.name(language) for slug, names in self._library.regions.items()}
        return {
            "all_topics": ALL,
            "topics": {id: scheme.card(language).name for id, scheme in self._library.schemes.items()},
            "regions": dict(sorted(regions.items(), key=lambda each: each[1])),
        }

    def _other_ways(self, language: Language) -> list[str]:
        """Told, not entered: whoever could type a number here could subscribe a stranger."""
        numbers = {"whatsapp": self._settings.whatsapp_from.removeprefix("whatsapp:"), "sms": self._settings.sms_from}
        told = [self._library.phrase("subscribe_page_telegram", language)] if self._settings.telegram_token else []
        for way, number in numbers.items():
            if number.removeprefix("+").isdigit():  # a registered sender name takes no answers
                told.append(self._library.phrase(f"subscribe_page_{way}", language, number=number))
        return told


def base_of(public_url: str) -> str:
    """What our addresses begin with: empty, or the folder that a proxy gave us."""
    return urlsplit(public_url).path.rstrip("/")


def _order(first: Language) -> tuple[Language, ...]:
    return (first, *(language for language in Language if language is not first))
