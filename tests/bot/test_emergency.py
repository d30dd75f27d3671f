"""Whoever is in trouble is heard in any language and spelling; whoever only asks is not alarmed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.emergency import Emergency, emergency_in
from content.language import Language
from content.library import load

PAID = """
я перевела деньги мошенникам
Перевёл им деньги, что теперь делать?
Я уже перевела им 300 тысяч
вчера отправила деньги, а он меня заблокировал
Мама перевела деньги мошенникам
моя бабушка отдала деньги аферистам
мне позвонили из банка и я перевела им все накопления
заплатил предоплату, продавец пропал
perevela dengi moshennikam
ya uzhe otpravil im dengi
деньги ушли мошенникам
с моей карты сняли деньги, это мошенники
ақша аударып қойдым
Алаяқтарға ақша аударып қойдым
оларға ақша салып жібердім, не істеймін
мен оларға 200 мың аудардым
акша аударып койдым
aqsha audaryp qoidym
akshany salyp zhiberdim, endi blokta
апам алаяққа ақша аударып қойыпты
картамнан ақша шешіп алыпты
I sent them money
we paid the scammers
I transferred money yesterday and he disappeared, fraud
my mom sent money to scammers
перевёл деньги
"""
CODE = """
я назвала код
Сказала им код из смс
код сказал, что делать
я случайно продиктовала код из смс мошеннику
мама назвала код
я сообщил данные карты
дала им код от вотсапа
otpravila im kod
ya skazala kod
кодты айтып қойдым
мен кодты айттым
смсті айтып қойдым
kodty aityp qoidym
кодты айтып койдым, не истеймин
апам кодты айтып қойды
I told them the code
I gave him my code, they have it
i shared the otp
I told the code to scammers
"""
LOAN = """
на меня оформили кредит
На меня оформлен кредит, я его не брала
на меня взяли микрозайм
кредит на меня оформили мошенники
на мое имя оформили кредит
na menya oformili kredit
атыма несие рәсімдепті
менің атыма несие алып қойыпты
атыма несие рәсімделген
atyma nesie alypty
атыма кредит алып койыпты
they took a loan in my name
someone took out a loan in my name
на меня повесили рассрочку
"""
LINE = """
они сейчас на линии
мошенники сейчас на связи
мне сейчас звонят из банка, просят код
сейчас звонят, говорят из полиции, просят код
мне прямо сейчас звонит следователь
Они сейчас звонят и просят код
ya seichas razgovarivayu s nimi
қазір банктен звондап тұр, код сұрайды
қазір телефонда тұр
звондап тұр қазір, кодты айт дейді
qazir zvondap tur, kodty surap
they are on the phone now
he is on the line right now
i am on the phone with them
they are calling me right now asking for a code
"""
MENU = """
помогите
срочная помощь
SOS
меня обманули
я попался на развод
көмектесіңіздерші
мені алдап кетті
алданып қалдым
I have been scammed
i got scammed
шұғыл көмек
help!
"""
NOT = """
Говорить ли код из смс?
мне сказать код?
просят назвать код, называть?
Кодты айтсам бола ма?
код айтпадым
я не назвала код
Я никому не говорила код
не переводила им деньги
если я назову код, что будет
если перевел деньги мошенникам, что делать
Он перевёл деньги мошенникам, пишет полиция
Жительница Алматы перевела мошенникам 5 миллионов тенге
Пенсионер из Шымкента отдал аферистам накопления
Полицейские задержали мужчину, который перевёл деньги мошенников
Тұрғын алаяқтарға 3 млн теңге аударды
я перевела деньги маме
Перевел тебе 5000, проверь
Сізге ақша аударып қойдым, көріңіз
саған код жіберіп қойдым, айтып жіберші
Привет, я случайно отправила тебе код, скинь пожалуйста
я сказал код домофона курьеру
назвала код курьеру
Мне звонят и говорят, что на меня оформили кредит
Сказали на меня оформлен кредит, это правда?
звонят из банка: на меня якобы взяли кредит
Атыма несие рәсімделген дейді, рас па?
На вас оформлен кредит, сообщите код
на меня хотят оформить кредит
атыма несие алып берші
they say a loan was taken in my name
should I tell the code?
I didn't tell them the code
don't send them money
Оставайтесь на линии, с вами говорит следователь
Мама сейчас звонит, перезвоню
он на связи каждый день
мне звонят из банка, просят код
банктен звондады, код сұрады
Is this a scam?
Это мошенники?
Бұл алаяқ па?
как помогите по-казахски
помогите разобраться, это мошенники?
стоп-лист
«Я перевела деньги мошенникам» — рассказала жительница города
Мошенники просят код из SMS. Никому не сообщайте
код 4821, никому не говорите
Я уже оплатил, сделка 4471 создана. Перейдите и введите карту
спасибо
привет
Взял кредит в банке
хочу взять кредит
Кредит алғым келеді
"""


def lines(table: str, kind: Emergency) -> list[tuple[str, Emergency]]:
    return [(line, kind) for line in table.strip().splitlines()]


IN_TROUBLE = [
    *lines(PAID, Emergency.PAID_ALREADY),
    *lines(CODE, Emergency.TOLD_CODE),
    *lines(LOAN, Emergency.LOAN_IN_MY_NAME),
    *lines(LINE, Emergency.ON_THE_LINE),
    *lines(MENU, Emergency.MENU),
]


@pytest.mark.parametrize(("text", "kind"), IN_TROUBLE)
def test_somebody_in_trouble_is_heard(text: str, kind: Emergency) -> None:
    assert emergency_in(text) is kind


@pytest.mark.parametrize("text", NOT.strip().splitlines())
def test_somebody_who_asks_or_tells_of_others_is_not_alarmed(text: str) -> None:
    assert emergency_in(text) is None


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", Emergency)
def test_whoever_types_the_words_of_a_button_is_heard(kind: Emergency, language: Language) -> None:
    button = "button_emergency" if kind is Emergency.MENU else f"button_{kind.value}"
    assert emergency_in(load().phrase(button, language)) is kind


def test_a_long_pasted_story_is_nobodys_own_trouble() -> None:
    assert emergency_in("я перевела деньги мошенникам. " * 20) is None


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=400))
def test_any_text_at_all_is_read(text: str) -> None:
    emergency_in(text)
