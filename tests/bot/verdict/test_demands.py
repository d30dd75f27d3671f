"""What Aigul is sent, what she is warned of, and what merely looks like it; all sentences are written for this test."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.verdict.demands import LONGEST_QUOTE, check
from bot.verdict.evidence import Evidence, Kind

DEMANDED = [
    # ru
    (Kind.ASKS_FOR_CODE, "Алия, продиктуйте код из смс, пока операция не прошла"),
    (Kind.ASKS_FOR_CODE, "Привет, тебе сейчас придёт код, скинь мне его пожалуйста"),
    (Kind.ASKS_FOR_CODE, "Говорят что из егов и просят код от 1414"),
    (Kind.ASKS_FOR_CODE, "назовите шесть цифр из сообщения"),
    (Kind.ASKS_FOR_CODE, "Никому не сообщайте этот код! Продиктуйте код только роботу"),
    (Kind.ASKS_FOR_CARD_SECRET, "Введите данные карты и cvv для получения оплаты"),
    (Kind.ASKS_FOR_CARD_SECRET, "скажите три цифры на обороте карты"),
    (Kind.ASKS_FOR_CARD_SECRET, "Сайт просит пин от карты, это нормально?"),
    (Kind.ASKS_FOR_ID_PHOTO, "Пришлите фото удостоверения с двух сторон и селфи"),
    (Kind.SAFE_ACCOUNT, "Срочно переведите все деньги на безопасный счёт Нацбанка"),
    (Kind.SAFE_ACCOUNT, "Говорит, надо переложить пенсию на резервный счёт"),
    (Kind.PREPAYMENT, "Внесите предоплату 10 000, и я сниму объявление"),
    (Kind.PREPAYMENT, "Чтобы получить выигрыш, оплатите комиссию 12 500"),
    (Kind.PREPAYMENT, "продавец просит задаток, а квартиру не показывает"),
    (Kind.REMOTE_ACCESS, "Скачайте AnyDesk и откройте его"),
    (Kind.REMOTE_ACCESS, "Включите демонстрацию экрана и зайдите в приложение банка"),
    (Kind.SECRECY, "Идёт спецоперация, никому не говорите, даже мужу"),
    (Kind.SECRECY, "Никому ни слова, это гостайна"),
    (Kind.HURRY, "Срочно! Ваш счёт будет арестован сегодня"),
    (Kind.HURRY, "Не кладите трубку, пока я не скажу"),
    (Kind.GUARANTEED_RETURN, "Гарантированный доход от 30% в месяц, вход 50 000"),
    (Kind.RECRUITING_REWARD, "Приглашай друзей и получай 10 000 за каждого"),
    (Kind.HANDS_OVER_ACCOUNT, "Куплю карты Каспи и Халык, 25 000 за штуку"),
    (Kind.HANDS_OVER_ACCOUNT, "Оформи карту и отдай нам, платим сразу"),
    (Kind.THREAT, "Разошлю твои видео всем контактам"),
    (Kind.THREAT, "Плати, иначе приедем к тебе домой"),
    # kk
    (Kind.ASKS_FOR_CODE, "Сәлеметсіз бе, телефоныңызға келген кодты айтыңыз"),
    (Kind.ASKS_FOR_CODE, "Ағасы, қателесіп кодты сізге жіберіппін, маған кодты жіберіңізші"),
    (Kind.ASKS_FOR_CODE, "банктен деп біреу код сұрады"),
    (Kind.ASKS_FOR_CARD_SECRET, "картаның артындағы үш санды айтыңыз"),
    (Kind.ASKS_FOR_ID_PHOTO, "Куәлігіңіздің суретін жіберіңіз"),
    (Kind.SAFE_ACCOUNT, "Ақшаңызды қауіпсіз шотқа аударыңыз"),
    (Kind.PREPAYMENT, "Несие алу үшін алдын ала комиссия төлеңіз"),
    (Kind.REMOTE_ACCESS, "RustDesk орнатып, кодын айтыңыз"),
    (Kind.SECRECY, "Бұл құпия іс, ешкімге айтпаңыз"),
    (Kind.HURRY, "Картаңыз бүгін бұғатталады"),
    (Kind.GUARANTEED_RETURN, "Кепілденген табыс, айына 20 пайыз"),
    (Kind.RECRUITING_REWARD, "Әр шақырған досың үшін 5 000 теңге аласың"),
    (Kind.HANDS_OVER_ACCOUNT, "Kaspi картаңды жалға бер, айына 30 мың"),
    (Kind.THREAT, "Суреттеріңді барлық достарыңа жіберем"),
    # mixed, without Kazakh letters, Latin letters
    (Kind.ASKS_FOR_CODE, "СМС кодты скиньте маған, срочно керек"),
    (Kind.ASKS_FOR_CODE, "Озиниз айтыныз, телефонга келген кодты айтыныз"),
    (Kind.ASKS_FOR_CODE, "Salemetsiz be, SMS kodty aitynyz"),
    (Kind.ASKS_FOR_CODE, "Prodiktuite pozhaluista kod iz soobsheniya"),
    (Kind.SAFE_ACCOUNT, "Akshanyzdy kauipsiz shotka audarynyz"),
    (Kind.SAFE_ACCOUNT, "Perevedite dengi na bezopasnyi schet"),
    (Kind.SECRECY, "eshkimge aitpanyz, bul kupiya is"),
    (Kind.SECRECY, "nikomu ne govorite, dazhe v banke"),
    (Kind.PREPAYMENT, "vnesite predoplatu 5000 i zabiraite"),
    # en
    (Kind.ASKS_FOR_CODE, "Please send me the code you have received"),
    (Kind.ASKS_FOR_CARD_SECRET, "tell me the CVV of your card"),
    (Kind.SAFE_ACCOUNT, "Transfer your savings to a safe account today"),
    (Kind.PREPAYMENT, "Pay the customs fee to receive your prize"),
    (Kind.REMOTE_ACCESS, "Install TeamViewer so that I can help"),
    (Kind.GUARANTEED_RETURN, "Guaranteed profit of 5% daily"),
    (Kind.THREAT, "Pay or I send your nudes to all your followers"),
]

NOT_DEMANDED = [
    # codes that are one's own, or no secret
    "Никому не сообщайте код 4821",
    "Код 4821. Не называйте его никому, даже сотрудникам банка",
    "Ваш код подтверждения 77-31-05. Не передавайте его третьим лицам",
    "код домофона 24К, поднимайтесь на пятый",
    "Скажите код домофона, я у подъезда",
    "Назовите промокод NAURYZ на кассе и получите скидку",
    "код подтверждения заказа: 5512, назовите курьеру",
    "Ваша посылка в постамате, код выдачи 8093",
    "Кодты ешкімге айтпаңыз: 550172",
    "4410 – кіру коды. Ешкімге бермеңіз",
    "Сәлемдемені алу үшін кодты курьерге айтыңыз",
    "Kod: 662190. Eshkimge aitpanyz/Nikomu ne soobshaite",
    "Your verification code is 771 402. Do not share it with anyone",
    "WhatsApp code 418-553. Don't share this code",
    "Пришли код функции на ревью, посмотрю вечером",
    "какой код города у Костаная?",
    "Уголовный кодекс обновили, скажите в группе",
    "Дресс-код на той: светлое",
    "забыл пароль от вайфая, скинь пароль от wifi",
    "Мне не приходит код, приложение зависло",
    # cards and papers
    "Скинь номер карты, переведу за такси",
    "Срок действия карты *5542 истекает 31.12",
    "не вводите данные карты на чужих сайтах",
    "Отдел кадров: пришлите фото удостоверения и справку до пятницы",
    "Купил карту памяти на 64 гб",
    "продам видеокарту, 90 000",
    "Карта болельщика даёт скидку",
    "картаңыздан 5 600 теңге шегерілді",
    # money
    "предоплата за обед в садике до пятницы",
    "Сдам квартиру, без предоплаты, оплата при заселении",
    "Предоплата не нужна, деньги при получении",
    "Аванс пришёл?",
    "мам скинь 2000 на обед на каспи",
    "Алдын ала ақша алмаймыз, көріп келісеміз",
    "Зарплата 284 500 ₸ зачислена на карту",
    "Родители, сдаём по 3000 на подарок воспитателям",
    "Вклад 13,8% годовых, гарантируется КФГД",
    "Чистая прибыль банка за полугодие составила 420 млрд тенге",
    "Гарантия на стиральную машину 2 года",
    "доход семьи вырос, купили машину",
    "Депозитке ақша салдым, жылдық 14 пайыз",
    "Пополнение депозита на 50 000 ₸",
    # phone and screen
    "Коллеги, включите демонстрацию экрана, начинаем планёрку",
    "экран телефона разбился, где чинят?",
    "скачай приложение 2гис, там автобусы видно",
    "Бүгін сабақта экранды көрсет",
    # silence, haste, threats
    "не говори маме про подарок, пусть будет сюрприз",
    "никому не говори, что мы готовим ей сюрприз на день рождения",
    "Успейте до воскресенья: скидка 30%",
    "Срочно требуется сварщик, зарплата 350 000",
    "срочно позвони бабушке",
    "Оставайтесь на линии, ваш звонок важен для нас",
    "Ваши бонусы сгорят 31 декабря",
    "Если сегодня не успею, завтра приеду к тебе домой",
    "В Алматы возбуждено уголовное дело о краже велосипеда",
    "Отправлю фото с тоя всем родственникам вечером",
    "тез келші, тамақ суып қалды",
    "I'll send the photos to everyone tonight",
    # people
    "Приглашаем вас на той, приходите всей семьёй",
    "Приведи друга и получи скидку на абонемент",
    "Тойға барлық туыстарды шақырдық",
    "Требуется кассир, оплата раз в неделю",
    "сим-карту потерял, восстановил в салоне",
    # two languages in one sentence are no sign
    "Салем, бүгін собрание болады, заранее приготовьте отчёт пожалуйста",
    "OLX-тен диван алдым, доставка бесплатно болды",
    "SMSті кеше жібердім, WhatsAppты тексерші",
]

WARNINGS = [
    "Внимание! Мошенники просят код из SMS. Банк никогда не спрашивает коды",
    "Полиция предупреждает: мошенники просят перевести деньги на «безопасный счёт»",
    "Сотрудники банка не просят установить AnyDesk. Будьте бдительны, мошенники звонят и просят код",
    "Сақ болыңыз! Алаяқтар SMS кодты сұрайды, банк кодты сұрамайды",
    "Полиция ескертеді: алаяқтар қауіпсіз шотқа ақша аударуды сұрайды",
    "Beware of scammers: bank employees never ask for a code or a transfer to a safe account",
    "В Актобе осуждён организатор пирамиды, обещавший гарантированный доход 30% в месяц",
]

OWN_CODES = [
    ("Код 482913. Никому не сообщайте этот код", "Код 482913"),
    ("Подтверждение 3-D Secure. Пароль 118204", "Пароль 118204"),
    ("Растау коды: 550172", "коды: 550172"),
    ("Google: G-220917 is your verification code", "220917 is your verification code"),
    ("SMS-код 30-55-18 для входа", "код 30-55-18"),
    ("Engizu kody 662190", "kody 662190"),
    ("Ваш код: 81 452", "код: 81 452"),
]

NO_OWN_CODES = [
    "Промокод 2024 на скидку",
    "код домофона 4821",
    "код ответа через 15 минут",
    "Пароль поменяли в 18:00",
    "код от 1414 не пришёл",
    "Код выдачи заказа 5521",
    "за код заплатил 5000 тенге",
]

QUIET = frozenset({Kind.OWN_CODE, Kind.WARNS_OF_FRAUD})


def fired(text: str) -> dict[Kind, Evidence]:
    return {evidence.kind: evidence for evidence in check(text) if evidence.fired}


def with_lookalikes(text: str) -> str:
    return text.translate(str.maketrans("аеорсх", "aeopcx"))


def with_zero_width(text: str) -> str:
    return "".join(letter + "\u200b" * (letter.isalpha()) for letter in text)


def in_latin(text: str) -> str:
    letters = dict(zip("абвгдезийклмнопрстуфхцыэ", "abvgdeziiklmnoprstufhcye", strict=True))
    letters |= {"ж": "zh", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ё": "e", "ъ": "", "ь": ""}
    letters |= {"ә": "a", "ө": "o", "ұ": "u", "ү": "u", "қ": "q", "ғ": "g", "ң": "n", "і": "i", "һ": "h"}
    return "".join(letters.get(letter, letter) for letter in text.lower())


def without_kazakh_letters(text: str) -> str:
    return text.translate(str.maketrans("әөұүқғңіһӘӨҰҮҚҒҢІҺ", "аоуукгнихАОУУКГНИХ"))


def spaced_out(text: str) -> str:
    return "   ".join(" ".join(word) if word.isalpha() and len(word) > 2 else word for word in text.split())


@pytest.mark.parametrize(("kind", "text"), DEMANDED)
def test_a_demand_is_heard_and_quoted_in_the_persons_own_words(kind: Kind, text: str) -> None:
    found = fired(text)
    assert kind in found
    assert found[kind].quote
    assert found[kind].quote in text
    assert Kind.WARNS_OF_FRAUD not in found


@pytest.mark.parametrize("text", NOT_DEMANDED)
def test_ordinary_life_demands_nothing(text: str) -> None:
    assert set(fired(text)) <= {Kind.OWN_CODE}


@pytest.mark.parametrize("text", WARNINGS)
def test_a_warning_against_fraud_is_no_fraud(text: str) -> None:
    assert set(fired(text)) == {Kind.WARNS_OF_FRAUD}


def test_a_scammer_who_speaks_of_fraudsters_still_demands() -> None:
    found = fired("Внимание, мошенники снимают ваши деньги! Полиция уже работает, переведите всё на безопасный счёт")
    assert Kind.SAFE_ACCOUNT in found
    assert Kind.WARNS_OF_FRAUD not in found


@pytest.mark.parametrize(("text", "quote"), OWN_CODES)
def test_a_message_that_carries_a_code_is_its_own_code(text: str, quote: str) -> None:
    found = fired(text)
    assert set(found) == {Kind.OWN_CODE}
    assert found[Kind.OWN_CODE].quote == quote


@pytest.mark.parametrize("text", NO_OWN_CODES)
def test_not_every_number_beside_a_code_is_a_secret(text: str) -> None:
    assert Kind.OWN_CODE not in fired(text)


def test_a_code_that_somebody_asks_for_does_not_speak_for_the_message() -> None:
    found = fired("Ваш код 4821, скиньте код мне обратно")
    assert Kind.ASKS_FOR_CODE in found
    assert Kind.OWN_CODE not in found


def test_tell_nobody_said_of_a_code_is_no_secrecy() -> None:
    assert Kind.SECRECY not in fired("Код 4821. Никому не сообщайте. Халык банк")


@pytest.mark.parametrize("change", [with_lookalikes, with_zero_width, in_latin, without_kazakh_letters, spaced_out, str.upper])
def test_a_disguise_hides_no_demand(change: object) -> None:
    """RELIABILITY A5: at least 95 of 100 findings are kept, whatever is done to the letters."""
    assert callable(change)
    lost = [(kind, change(text)) for kind, text in DEMANDED if kind not in fired(change(text))]
    assert len(lost) <= 0.05 * len(DEMANDED), lost


@pytest.mark.parametrize("change", [with_lookalikes, with_zero_width, in_latin, without_kazakh_letters, str.upper])
def test_a_disguise_makes_no_demand_of_ordinary_life(change: object) -> None:
    assert callable(change)
    accused = [change(text) for text in NOT_DEMANDED if set(fired(change(text))) - QUIET]
    assert len(accused) <= 0.03 * len(NOT_DEMANDED), accused


def test_every_kind_reports_every_time() -> None:
    kinds = [evidence.kind for evidence in check("")]
    assert len(kinds) == len(set(kinds)) == 14
    assert [evidence.kind for evidence in check("продиктуйте код")] == kinds
    assert not any(evidence.fired or evidence.quote for evidence in check(""))


words_of_fraud = st.sampled_from(" ".join(text for _, text in DEMANDED).split())


@given(st.one_of(st.text(max_size=400), st.lists(words_of_fraud, max_size=60).map(" ".join)))
@example("\ud800 код \x00 4821 \u202e")
@example("к о д " * 2_000)
@example("код скажите " * 10_000)
@example("1 " * 60_000)
def test_no_text_raises_and_every_quote_is_a_slice_of_it(text: str) -> None:
    for evidence in check(text):
        assert evidence.quote in text
        assert len(evidence.quote) <= LONGEST_QUOTE
        assert evidence.fired == bool(evidence.quote)


@pytest.mark.parametrize(
    "text",
    [
        "SMS-тегі кодты айтыңыз, ешкімге айтпаңыз",
        "Скажите код из смс и никому больше его не говорите",
        "Tell me the code and tell nobody else",
    ],
)
def test_a_demand_for_the_code_is_not_disarmed_by_the_scammers_own_tell_nobody(text: str) -> None:
    fired = {found.kind for found in check(text) if found.fired}
    assert Kind.ASKS_FOR_CODE in fired
    assert Kind.OWN_CODE not in fired
