"""Writing a campaign on one page, with and without a script: nothing typed is lost, each mistake stands at its field."""

import re
from collections.abc import Sequence
from html import unescape
from html.parser import HTMLParser

import pytest

from broadcaster import campaign_records, campaigns, saved_templates
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import Role, State
from broadcaster.staff import Staff
from content.language import Language
from tests.broadcaster.town import Town, town
from tests.broadcaster.web.desk.conftest import Desk, Fields, Person

KK, RU = "Абай болыңыз, бұл алаяқтық!", "Осторожно, это мошенники!"
WRITTEN: dict[str, str | Sequence[str]] = {
    "name": "Пирамида в Алматы",
    "scheme": "financial-pyramid",
    "purpose": "warn",
    "legal_basis": "consent",
    "groups-join": "all",
    "group-0-join": "all",
    "group-0-rule": ["language:ru"],
    "group-0-account": [""],
    "exclude-rule": [""],
    "exclude-account": [""],
    "text-kk": KK,
    "text-ru": RU,
    "text-en": "",
    "channel-1": "telegram",
    "control_hours": "24",
}


@pytest.fixture
def people(desk: Desk) -> Town:
    return town(desk.register)


@pytest.fixture
def daniyar(desk: Desk) -> Person:
    return desk.signed_in("Daniyar", Role.AUTHOR)


def written(**changes: str | Sequence[str]) -> Fields:
    return {**WRITTEN, **{name.replace("__", "-"): value for name, value in changes.items()}}


def the_only(desk: Desk) -> Campaign:
    (campaign,) = campaign_records.every(desk.register)
    return campaign


def at_field(page: str, name: str) -> str:
    found = re.search(rf'id="{re.escape(name)}-error">([^<]*)<', page)
    return unescape(found[1]) if found else ""


def approved(desk: Desk, campaign: Campaign, saule: Staff, daniyar: Staff) -> Campaign:
    submitted = campaigns.submit(desk.register, campaign, by=daniyar, now=desk.now)
    return campaigns.approve(desk.register, submitted, by=saule, now=desk.now)


async def test_a_campaign_is_written_without_a_script_and_lies_there_as_a_draft(desk: Desk, daniyar: Person) -> None:
    page = await daniyar.get("/campaigns/new")
    assert page.status_code == 200
    answer = await daniyar.post("/campaigns/new", written())
    campaign = the_only(desk)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/campaigns/{campaign.id}")
    assert (campaign.state, campaign.author) == (State.DRAFT, daniyar.staff.id)
    assert campaign.content.segment == {"language": "ru"}
    assert campaign.content.text == {"kk": KK, "ru": RU}


async def test_adding_rows_and_groups_loses_nothing_and_saves_nothing(desk: Desk, daniyar: Person) -> None:
    wrong = written(name="", budget="много", text__ru=" ", **{"group-0-account": ["@typed"]})
    for where, rows in (("0", 2), ("group", 1), ("exclude", 1)):
        page = (await daniyar.post("/campaigns/new", {**wrong, "add-row": where})).text
        assert page.count('name="group-0-rule"') == rows
        assert (page.count('name="group-1-rule"'), page.count('name="exclude-rule"')) == (
            where == "group",
            1 + (where == "exclude"),
        )
        assert 'value="много"' in page
        assert 'value="@typed"' in page
        assert KK in page
        assert 'value="language:ru" selected' in page
    assert campaign_records.every(desk.register) == []


async def test_the_rows_that_were_added_become_the_segment(desk: Desk, daniyar: Person, people: Town) -> None:
    people.suspect("@pyramid_kz")
    fields = written(
        **{
            "groups-join": "all",
            "group-0-rule": ["followers_of", "language:ru"],
            "group-0-account": ["@pyramid_kz", ""],
            "group-1-join": "any",
            "group-1-rule": ["region:almaty", "region:astana", ""],
            "group-1-account": ["", "", ""],
            "exclude-rule": ["channel:sms"],
        }
    )
    assert (await daniyar.post("/campaigns/new", fields)).status_code == 303
    assert the_only(desk).content.segment == {
        "all": [
            {"followers_of": "@pyramid_kz"},
            {"language": "ru"},
            {"any": [{"region": "almaty"}, {"region": "astana"}]},
            {"not": {"channel": "sms"}},
        ]
    }


MISTAKES: list[tuple[dict[str, str | Sequence[str]], str, str, str]] = [
    ({"name": ""}, "name", "Бұл өрісті толтырыңыз.", "Заполните это поле."),
    ({"name": "х" * 121}, "name", "Тым ұзын: 120 таңбадан аспауы керек.", "Слишком длинно: не больше 120 символов."),
    (
        {"name": "а\u200bб"},
        "name",
        "Бір жолмен, көрінбейтін таңбаларсыз жазыңыз.",
        "Напишите одной строкой, без невидимых символов.",
    ),
    ({"scheme": ""}, "scheme", "Тізімнен таңдаңыз.", "Выберите из списка."),
    ({"purpose": "harm"}, "purpose", "Тізімнен таңдаңыз.", "Выберите из списка."),
    ({"text-kk": " "}, "text-kk", "Бұл өрісті толтырыңыз.", "Заполните это поле."),
    ({"text-ru": "я" * 4_001}, "text-ru", "Тым ұзын: 4000 таңбадан аспауы керек.", "Слишком длинно: не больше 4000 символов."),
    (
        {"text-en": "ab\u202ec"},
        "text-en",
        "U+202E көрінбейтін таңбасы бар, орны: 3. Оны өшіріңіз.",
        "Невидимый символ U+202E, место 3. Удалите его.",
    ),
    ({"channel-1": ""}, "channel-1", "Бұл өрісті толтырыңыз.", "Заполните это поле."),
    ({"channel-3": "pigeon"}, "channel-3", "Тізімнен таңдаңыз.", "Выберите из списка."),
    ({"channel-2": "telegram"}, "channel-1", "Бір арна екі рет көрсетілген.", "Один канал указан дважды."),
    ({"budget": "-5"}, "budget", "1-ден 10 000 000 000-ға дейінгі бүтін теңге.", "Целое число тенге, от 1 до 10 000 000 000."),
    ({"budget": "0"}, "budget", "1-ден 10 000 000 000-ға дейінгі бүтін теңге.", "Целое число тенге, от 1 до 10 000 000 000."),
    ({"control": "51"}, "control", "0-ден 50-ге дейінгі сан.", "Число от 0 до 50."),
    ({"control": "nan"}, "control", "0-ден 50-ге дейінгі сан.", "Число от 0 до 50."),
    ({"control_hours": "721"}, "control_hours", "1-ден 720-ға дейінгі бүтін сағат саны.", "Целое число часов, от 1 до 720."),
    (
        {"schedule": "завтра"},
        "schedule",
        "Күні мен уақытын көрсетіңіз, мысалы 2026-12-01 10:30.",
        "Укажите дату и время, например 2026-12-01 10:30.",
    ),
    (
        {"schedule": "2020-01-01T10:00"},
        "schedule",
        "Бұл уақыт өтіп кетті. Кейінірек уақытты таңдаңыз.",
        "Это время уже прошло. Выберите более позднее.",
    ),
    ({"whatsapp-kk": "HX1"}, "whatsapp-ru", "Бұл өрісті толтырыңыз.", "Заполните это поле."),
    (
        {"whatsapp-kk": "HX1", "whatsapp-ru": "HX" + "0" * 32},
        "whatsapp-kk",
        "Үлгі нөмірі HX әріптерінен және 32 таңбадан (0–9, a–f) тұрады.",
        "Номер шаблона состоит из HX и 32 знаков 0–9, a–f.",
    ),
    (
        {"channel-1": "relay"},
        "legal_basis",
        "Серіктес арқылы келісім бермеген адамдарға жазылады: басқа негізді таңдаңыз.",
        "Через партнёра пишут людям, которые согласия не давали: выберите другое основание.",
    ),
    (
        {"drill": "yes"},
        "drill",
        "Жаттығу таратуы ешкімге жетпейді: «қағазға» арнасын ғана қалдырыңыз.",
        "Учебная рассылка никому не доходит: оставьте единственный канал «на бумагу».",
    ),
    (
        {"emergency": "yes", "control": "5"},
        "control",
        "Шұғыл таратуда ешкім күтпейді: күту тобын алып тастаңыз.",
        "В экстренной рассылке никто не ждёт: уберите группу ожидания.",
    ),
    ({"warning": "no-such"}, "warning", "Тізімнен таңдаңыз.", "Выберите из списка."),
    (
        {"warning": "phishing-link", "var-site": "kaspl[.]kz", "var-real-kk": "Каспий"},
        "var-real-ru",
        "Бұл өрісті толтырыңыз.",
        "Заполните это поле.",
    ),
    (
        {"warning": "phishing-link", "var-site": "kaspl[.]kz", "var-site-kk": "x", "var-real": "Каспий"},
        "var-site",
        "Сөзді не барлық тілге ортақ етіп, не әр тілге бөлек жазыңыз.",
        "Впишите слово либо одно на все языки, либо для каждого языка отдельно.",
    ),
    (
        {"group-0-rule": [""]},
        "group-0-0",
        "Кемінде бір шартты таңдаңыз. Барлық адам керек болса, «бізге белгілі барлық адам» дегенді таңдаңыз.",
        "Выберите хотя бы одно условие. Если нужны все, так и выберите: «все, кого мы знаем».",
    ),
    (
        {"group-0-rule": ["language:ru", "followers_of"], "group-0-account": ["", ""]},
        "group-0-1",
        "Жазылушылары керек аккаунтты жазыңыз.",
        "Впишите аккаунт, чьи подписчики нужны.",
    ),
    (
        {"exclude-rule": ["followers_of"], "exclude-account": ["@nobody"]},
        "exclude-0",
        "Бұл аккаунт күдіктілер тізілімінде жоқ. Алдымен оны тізілімге енгізіңіз.",
        "Этого аккаунта нет в реестре подозрительных. Сначала внесите его туда.",
    ),
    (
        {"group-0-account": ["@pyramid"]},
        "group-0-0",
        "Аккаунт жазылған, бірақ шарт басқа. «Аккаунттың жазылушылары» дегенді таңдаңыз немесе аккаунтты өшіріңіз.",
        "Аккаунт вписан, но условие другое. Выберите «подписчики аккаунта» или сотрите его.",
    ),
    ({"group-0-rule": ["region:atlantis"]}, "group-0-0", "Тізімнен таңдаңыз.", "Выберите из списка."),
    ({"group-0-rule": ["not:language"]}, "group-0-0", "Тізімнен таңдаңыз.", "Выберите из списка."),
]


@pytest.mark.parametrize(("changes", "field", "kazakh", "russian"), MISTAKES)
async def test_each_mistake_stands_at_its_field_in_the_reader_s_language(
    desk: Desk, changes: dict[str, str | Sequence[str]], field: str, kazakh: str, russian: str
) -> None:
    for language, said in (("kk", kazakh), ("ru", russian)):
        daniyar = desk.signed_in("Daniyar", Role.AUTHOR, language)
        answer = await daniyar.post("/campaigns/new", {**WRITTEN, **changes})
        assert answer.status_code == 422
        assert at_field(answer.text, field) == said
    assert campaign_records.every(desk.register) == []


async def test_a_warning_template_is_filled_in_and_what_was_typed_besides_comes_back(desk: Desk, daniyar: Person) -> None:
    asked = await daniyar.post("/campaigns/new", written(warning="phishing-link", show="1"))
    assert 'name="var-site-kk"' in asked.text
    assert f'<input type="hidden" name="text-kk" value="{KK}">' in asked.text
    fields = {"warning": "phishing-link", "var-site": "kaspl[.]kz", "var-real-kk": "Каспий банкі", "var-real-ru": "банк Каспий"}
    assert (await daniyar.post("/campaigns/new", {**WRITTEN, **fields})).status_code == 303
    content = the_only(desk).content
    assert content.template
    assert content.template.variables == {"site": "kaspl[.]kz", "real": {"kk": "Каспий банкі", "ru": "банк Каспий"}}
    assert "Каспий банкі" in content.text[Language.KK]
    assert set(content.text) == {"kk", "ru"}


async def test_the_live_piece_is_the_preview_of_the_draft_that_is_saved(desk: Desk, daniyar: Person, people: Town) -> None:
    people.people(4)
    people.people(2, consent=())
    await daniyar.post("/campaigns/new", written())
    campaign = the_only(desk)
    live = (await daniyar.post("/campaigns/live", {**WRITTEN, "campaign": str(campaign.id)})).text
    saved = (await daniyar.get(f"/campaigns/{campaign.id}/preview")).text
    assert saved.strip() in live
    assert 'data-count="audience">4<' in live
    fresh = (await daniyar.post("/campaigns/live", WRITTEN)).text
    assert bare(saved).replace(campaign.code, "KKKK") in bare(re.sub(r'<p class="hint">На месте KKKK[^<]*</p>', "", fresh))


def bare(page: str) -> str:
    return re.sub(r"\s+", " ", page).replace("> <", "><").strip()


async def test_the_count_is_there_before_the_texts_are(daniyar: Person, people: Town) -> None:
    people.people(3)
    people.people(2, language="kk")
    live = (await daniyar.post("/campaigns/live", written(text__kk="", text__ru=""))).text
    assert "Пока в сегменте 3 человека." in live
    assert '<a href="#text-kk">' in live


async def test_an_edit_changes_the_draft_and_opens_with_what_it_holds(desk: Desk, daniyar: Person) -> None:
    await daniyar.post("/campaigns/new", written(budget="5000", control="2,5", schedule="2030-01-15T10:30"))
    campaign = the_only(desk)
    page = (await daniyar.get(f"/campaigns/{campaign.id}/edit")).text
    for value in ("Пирамида в Алматы", "5000", "2.5", "2030-01-15T10:30"):
        assert f'value="{value}"' in page
    assert f">\n{KK}</textarea>" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    answer = await daniyar.post(f"/campaigns/{campaign.id}/edit", written(seen=seen[1], name="Другое имя"))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/campaigns/{campaign.id}")
    assert the_only(desk).content.name == "Другое имя"


async def test_saving_unchanged_keeps_the_very_content(desk: Desk, daniyar: Person) -> None:
    await daniyar.post("/campaigns/new", written(budget="5000", control="2,5"))
    campaign = the_only(desk)
    page = (await daniyar.get(f"/campaigns/{campaign.id}/edit")).text
    await daniyar.post(f"/campaigns/{campaign.id}/edit", as_it_stands(page))
    assert the_only(desk).content_hash == campaign.content_hash


def as_it_stands(page: str) -> dict[str, str | list[str]]:
    """What a browser would send of the campaign form, but for its token."""
    form = _Form()
    form.feed(page[page.index('data-live="/campaigns/live"') : page.index('id="live"')])
    return {name: values[0] if len(values) == 1 else values for name, values in form.sent.items() if name != "csrf"}


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and name and (given.get("type") != "checkbox" or "checked" in given):
            self.sent.setdefault(name, []).append(value)
        elif tag in ("select", "textarea"):
            self._inside = name
            self.sent.setdefault(name, []).append("")
        elif tag == "option" and "selected" in given:
            self.sent[self._inside][-1] = value

    def handle_data(self, data: str) -> None:
        if self._inside.startswith("text-"):
            self.sent[self._inside][-1] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._inside = ""


async def test_an_edit_says_beforehand_that_it_voids_the_approval(desk: Desk, daniyar: Person) -> None:
    saule = desk.signed_in("Saule", Role.APPROVER).staff
    await daniyar.post("/campaigns/new", written())
    draft = the_only(desk)
    assert "утверждение потеряет силу" not in (await daniyar.get(f"/campaigns/{draft.id}/edit")).text
    approved(desk, draft, saule, daniyar.staff)
    page = (await daniyar.get(f"/campaigns/{draft.id}/edit")).text
    assert "утверждение потеряет силу" in page
    assert (await daniyar.post(f"/campaigns/{draft.id}/edit", {**as_it_stands(page), "name": "Новое"})).status_code == 303
    campaign = the_only(desk)
    assert (campaign.state, campaign.approved_by) == (State.DRAFT, None)


async def test_whoever_was_overtaken_is_asked_and_keeps_what_they_typed(desk: Desk, daniyar: Person) -> None:
    await daniyar.post("/campaigns/new", written())
    campaign = the_only(desk)
    opened = as_it_stands((await daniyar.get(f"/campaigns/{campaign.id}/edit")).text)
    aliya = desk.signed_in("Aliya", Role.ADMIN)
    await aliya.post(f"/campaigns/{campaign.id}/edit", {**opened, "name": "Её название"})
    answer = await daniyar.post(f"/campaigns/{campaign.id}/edit", {**opened, "name": "Моё название"})
    assert answer.status_code == 409
    assert 'value="Моё название"' in answer.text
    assert "Пока вы писали, рассылку изменил кто-то другой" in answer.text
    assert the_only(desk).content.name == "Её название"
    again = await daniyar.post(f"/campaigns/{campaign.id}/edit", as_it_stands(answer.text))
    assert again.status_code == 303
    assert the_only(desk).content.name == "Моё название"


async def test_an_approval_that_came_meanwhile_is_told_before_it_is_voided(desk: Desk, daniyar: Person) -> None:
    saule = desk.signed_in("Saule", Role.APPROVER).staff
    await daniyar.post("/campaigns/new", written())
    opened = as_it_stands((await daniyar.get(f"/campaigns/{the_only(desk).id}/edit")).text)
    approved(desk, the_only(desk), saule, daniyar.staff)
    answer = await daniyar.post(f"/campaigns/{the_only(desk).id}/edit", {**opened, "add-row": "0"})
    assert answer.status_code == 200
    answer = await daniyar.post(f"/campaigns/{the_only(desk).id}/edit", as_it_stands(answer.text))
    assert answer.status_code == 409
    assert "утверждение потеряет силу" in answer.text
    assert the_only(desk).state is State.APPROVED


async def test_what_has_begun_cannot_be_edited(daniyar: Person, people: Town) -> None:
    campaign = people.campaign(state="sending")
    assert (await daniyar.get(f"/campaigns/{campaign}/edit")).status_code == 409
    assert (await daniyar.post(f"/campaigns/{campaign}/edit", WRITTEN)).status_code == 409


async def test_a_segment_that_rows_cannot_say_is_kept_until_it_is_built_anew(desk: Desk, daniyar: Person, people: Town) -> None:
    deep = {
        "any": [{"all": [{"language": "kk"}, {"any": [{"region": "almaty"}, {"not": {"channel": "sms"}}]}]}, {"region": "astana"}]
    }
    id = people.campaign(state="draft", segment=deep)
    before = campaign_records.find(desk.register, id).content.segment
    page = (await daniyar.get(f"/campaigns/{id}/edit")).text
    assert "Составить сегмент заново" in page
    assert (await daniyar.post(f"/campaigns/{id}/edit", as_it_stands(page))).status_code == 303
    assert campaign_records.find(desk.register, id).content.segment == before
    page = (await daniyar.get(f"/campaigns/{id}/edit")).text
    anew = await daniyar.post(f"/campaigns/{id}/edit", {**as_it_stands(page), "segment-anew": "yes", "show": "1"})
    assert 'name="group-0-rule"' in anew.text


@pytest.mark.parametrize(
    "hostile", ["[" * 50_000, "{", '{"sql": "1=1"}', "null", '{"region": "x\' OR 1=1"}', '{"not": ' * 30 + "1"]
)
async def test_a_kept_segment_that_was_tampered_with_is_refused_calmly(daniyar: Person, hostile: str) -> None:
    answer = await daniyar.post("/campaigns/new", {**WRITTEN, "segment-kept": hostile})
    assert answer.status_code == 422
    assert "Этот сегмент прочитать не удалось" in answer.text


async def test_a_copy_is_the_same_but_for_its_time_and_a_campaign_of_its_own(desk: Desk, daniyar: Person) -> None:
    await daniyar.post("/campaigns/new", written(schedule="2030-01-15T10:30"))
    first = the_only(desk)
    page = (await daniyar.get(f"/campaigns/{first.id}/copy")).text
    assert "2030-01-15T10:30" not in page
    assert (await daniyar.post("/campaigns/new", as_it_stands(page))).status_code == 303
    second, _ = campaign_records.every(desk.register)
    assert second.content.canonical() == first.content.model_copy(update={"schedule": None}).canonical()
    assert second.code != first.code


async def test_a_template_is_saved_in_versions_and_begins_a_campaign(desk: Desk, daniyar: Person) -> None:
    await daniyar.post("/campaigns/new", written(schedule="2030-01-15T10:30"))
    id = the_only(desk).id
    for version in (1, 2):
        answer = await daniyar.post(f"/campaigns/{id}/template", {"template-name": "Пирамиды"})
        assert answer.status_code == 303
        shown = (await daniyar.get(answer.headers["location"])).text
        assert f"Версия {version}" in shown
        assert KK in shown
    listed = (await daniyar.get("/templates")).text
    assert listed.count("Пирамиды</a>") == 1
    (latest,) = saved_templates.latest(desk.register)
    assert "Пирамиды" in (await daniyar.get("/campaigns/new")).text
    page = (await daniyar.get(f"/campaigns/new?saved={latest.id}")).text
    assert f">\n{KK}</textarea>" in page
    assert "2030-01-15T10:30" not in page
    trail = desk.register.execute("SELECT who FROM audit WHERE action = 'template.save'").fetchall()
    assert [row["who"] for row in trail] == ["Daniyar", "Daniyar"]


@pytest.mark.parametrize(
    "path",
    [
        *("/campaigns/new?saved=77", "/campaigns/new?saved=x", "/templates/77", "/campaigns/77/edit"),
        *(f"/campaigns/{2**63}/edit", f"/campaigns/{10**40}/preview", f"/templates/{2**63}"),
    ],
)
async def test_what_is_not_there_is_said_calmly(daniyar: Person, path: str) -> None:
    assert (await daniyar.get(path)).status_code == 404


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\u202eb"])
async def test_a_template_has_a_name_that_can_be_read(daniyar: Person, people: Town, name: str) -> None:
    answer = await daniyar.post(f"/campaigns/{people.campaign()}/template", {"template-name": name})
    assert answer.status_code == 422
    assert "Название шаблона" in answer.text


async def test_the_list_shows_the_newest_fifty_and_the_rest_page_by_page(daniyar: Person, people: Town) -> None:
    ids = [people.campaign(state="draft" if number % 2 else "done") for number in range(60)]
    first = (await daniyar.get("/campaigns")).text
    assert re.findall(r'href="/campaigns/(\d+)"', first) == [str(id) for id in reversed(ids[10:])]
    older = re.search(r'href="(/campaigns\?state=&amp;before=\d+)"', first)
    assert older
    second = (await daniyar.get(unescape(older[1]))).text
    assert re.findall(r'href="/campaigns/(\d+)"', second) == [str(id) for id in reversed(ids[:10])]
    drafts = (await daniyar.get("/campaigns?state=draft")).text
    assert len(re.findall(r'href="/campaigns/\d+"', drafts)) == 30


@pytest.mark.parametrize("query", ["state=x", "before=-1", "before=" + "9" * 40, "before=٣", "state=draft' OR 1=1--"])
async def test_the_list_takes_no_harm_from_an_odd_address(daniyar: Person, people: Town, query: str) -> None:
    people.campaign()
    page = await daniyar.get(f"/campaigns?{query}")
    assert page.status_code == 200


@pytest.mark.parametrize("role", [Role.APPROVER, Role.VIEWER, Role.MODERATOR])
async def test_only_authors_write(desk: Desk, people: Town, role: Role) -> None:
    campaign = people.campaign(state="draft")
    person = desk.signed_in("Saule", role)
    for path in ("/campaigns/new", f"/campaigns/{campaign}/edit", f"/campaigns/{campaign}/copy"):
        assert (await person.get(path)).status_code == 403


async def test_known_accounts_are_offered_but_never_a_number(desk: Desk, daniyar: Person, people: Town) -> None:
    people.suspect("@pyramid_kz")
    people.suspect("+77011234567", kind="phone")
    page = (await daniyar.get("/campaigns/new")).text
    assert '<option value="@pyramid_kz">' in page
    assert "77011234567" not in page


async def test_the_preview_of_an_unchanged_campaign_may_come_after_its_page(daniyar: Person, people: Town) -> None:
    campaign = people.campaign(state="draft")
    page = (await daniyar.get(f"/campaigns/{campaign}/edit")).text
    assert f'data-refresh="1" data-from="/campaigns/{campaign}/preview?form=1"' in page
    assert "data-count" not in page
