"""Whoever writes is answered in their language, whichever letters they type it in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import language_of
from content.language import Language

KAZAKH = """
Банктен хабарласып, кодты айтыңыз дейді, айтсам бола ма?
Бұл алаяқтар ма?
Маған сілтеме келді, ашсам бола ма?
Картам бұғатталды деген хабарлама келді
Интернетте табысқа кепілдік беріп жатыр, сенуге бола ма
Апам ақша аударып қойды
Атыма несие рәсімдепті
Сәлеметсіз бе, көмектесіңізші
Жалақысы жақсы жұмыс ұсынып жатыр, алдын ала 5000 теңге сұрайды
Қалай жазыламын?
Рақмет сізге
Ертең сағат онда емханаға келіңіз
Пәтер жалға беремін, алдын ала төлем керек дейді
Осы нөмір кімдікі екенін білесіз бе?
Полициядан деп видео қоңырау шалды
Досым WhatsApp-тан ақша сұрап жазды
"""
KAZAKH_WITHOUT_ITS_LETTERS = """
Банктен хабарласып кодты айт дейди, айтсам бола ма
Бул алаяктар ма
Маган силтеме келди ашсам бола ма
оте жаксы айтасын
акша аударып койдым не истеймин
кодты айтып койдым
звондап жатыр, банктенмин дейди
Сиздин картаныз бугатталды, тез арада хабарласыныз
салеметсиз бе
рахмет агасы
Апам уйде жалгыз, биреу келип акша сурады
несие алып койыпты менин атыма
калай тексеремин осы сайтты
жумыс усынып жатыр телеграмда
Курметти тургындар, ертен су болмайды
"""
LATIN_KAZAKH = """
Bul alaiaqtar ma?
bankten habarlasyp kodty ait deidi
Sizdin kartanyz bugattaldy, tez arada habarlasynyz
aqsha audaryp qoidym ne isteimin
akshany audaryp koidym
salemetsiz be
magan silteme keldi, ashsam bola ma
kodty aityp qoidym
nege bank mennen PIN suraidy
Qurmetti azamat! Sizde salyq qaryzy bar
jumys usynyp jatyr telegramda, aldyn ala aqsha suraidy
Sälemetsiz be, men kartamdy joğalttym
apam aqsha salyp jiberdi
zhumys bar degen habarlama keldi
qalai jazylamyn
rahmet sizge
"""
RUSSIAN = """
Мне звонят из банка и просят код, это мошенники?
Здравствуйте, перевёл деньги за квартиру, хозяин пропал
Пришла ссылка от Казпочты, открывать?
Это развод?
Ваш аккаунт будет заблокирован, перейдите по ссылке
спасибо
что делать если назвал код
Срочно переведите деньги на безопасный счёт
Предлагают работу с оплатой за лайки
мама собирается вложить деньги
Добрый день, вас беспокоит следователь Ахметов
Как отказаться от кредитов
Продавец просит предоплату на карту Каспи
Скажите, можно верить этому сайту?
Қайрат Нұртас рассказал, как каждый может заработать
Ваш аккаунт удалят, пройдіте проверку
"""
LATIN_RUSSIAN = """
eto moshenniki?
mne zvonyat iz banka i prosyat kod
perevela dengi za kvartiru, hozyain propal
Vash akkaunt zablokirovan, pereidite po ssylke
Privet, tebe pridet kod, prishli ego mne
chto delat esli nazval kod
Klient Forte, vash depozit pytayutsya snyat
predlagayut rabotu v telegrame, nado vnesti zalog
prosyat sim na menya oformit
pokupatel skinul chek, deneg net
Zdravstvuite, eto ne piramida
opyat eta sluzhba bezopasnosti, tretii raz
pozhaluista pomogite
ya perevel dengi moshennikam
"""
ENGLISH = """
Is this a scam?
Someone called from the bank and asked for a code
Your parcel is waiting, pay the customs fee
hello
I sent them money yesterday
police officer shows badge on video, legit?
lender asks fee before loan, normal?
Congratulations, you won an iPhone, click the link
how do I stop this
They want me to install AnyDesk
typing job wants registration fee
tinder girl insists on one expensive bar
What should I do now
"""
MIXED_KAZAKH = """
Маған СМС келді, подтвердите перевод дейді, бұл не?
Жусан банктен дейді, растерялась болып қалдым, код айтқан жоқпын
Ақшаңызды резервный счетқа ауыстыру керек дейді
ЦОН-нан звандап, талонға жазамыз, кодты айтыңыз дейді
Маған қате сенің номеріңе код кетіп қалды, скинь пожалуйста
"""
MIXED_RUSSIAN = """
Мне звонят из банка дейди, говорят на меня оформили кредит
Ағайын, подскажите пожалуйста, это не мошенники?
Написали, что я выиграла Camry, бауырым, это правда или обман
Скажите, kaspi-bonus.top это сайт банка или нет
"""


def of(table: str, language: Language) -> list[tuple[str, Language]]:
    return [(line, language) for line in table.strip().splitlines()]


TABLE = [
    *of(KAZAKH, Language.KK),
    *of(KAZAKH_WITHOUT_ITS_LETTERS, Language.KK),
    *of(LATIN_KAZAKH, Language.KK),
    *of(RUSSIAN, Language.RU),
    *of(LATIN_RUSSIAN, Language.RU),
    *of(ENGLISH, Language.EN),
    *of(MIXED_KAZAKH, Language.KK),
    *of(MIXED_RUSSIAN, Language.RU),
]


@pytest.mark.parametrize(("text", "language"), TABLE)
def test_the_answer_is_in_the_language_of_the_message(text: str, language: Language) -> None:
    assert language_of(text) is language


def test_the_table_has_about_a_hundred_rows() -> None:
    assert len(TABLE) >= 99


@pytest.mark.parametrize(
    "text", ["", "   ", "+7 701 123 45 67", "https://kaspi.kz/pay", "🙏🙏", "4821", "你好吗", "مرحبا", "\x00", "\ud83d"]
)
@pytest.mark.parametrize("otherwise", Language)
def test_a_text_without_words_of_ours_keeps_the_language_we_spoke(text: str, otherwise: Language) -> None:
    assert language_of(text, otherwise) is otherwise


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=300))
def test_any_text_at_all_has_a_language(text: str) -> None:
    assert language_of(text) in Language


def test_a_text_of_120000_characters_is_read_from_its_beginning() -> None:
    assert language_of("Сәлеметсіз бе, бұл не? " * 6_000) is Language.KK
