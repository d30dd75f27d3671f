"""What counts as an opt-out, and as its undoing: the whole message must be one of these words or phrases, however it is typed.

A question or a longer sentence is never one: it goes on to the conversation, which can ask. Pure.
"""

import re
import unicodedata
from typing import Literal

Command = Literal["stop", "start"]

_LONGEST = 200
_STOP = """
    stop | stop all | stopall | please stop | unsubscribe | unsubscribe me | unsubscribe all | unsub | opt out | optout | opt-out
    revoke | quit | end | cancel | cancel subscription | remove me | remove me from the list | stop messages | stop sending
    stop texting me | stop messaging me | do not text me | don't text me | no more messages | leave me off

    стоп | стопе | стоп рассылка | стоп рассылке | стоп рассылку | стоп смс | стоп подписка | отписаться | отписатся | отпишись
    отписка | отписать | отпишите | отпиши | отпишите меня | отписать меня | отпиши меня | меня отпишите | отписываюсь
    хочу отписаться | я хочу отписаться | прошу отписать | прошу отписать меня | прошу меня отписать | хочу отписку
    отписаться от рассылки | отписаться от рассылок | отписаться от всех рассылок | отписаться от всего
    отписаться от уведомлений | отписаться от сообщений | отпишите от рассылки | отпишите меня от рассылки | отпишите от всего
    отказ | отказ от рассылки
    отказаться от рассылки | отказываюсь от рассылки | отмена подписки | отмена рассылки | отменить подписку | отмените подписку
    отменить рассылку | отключить рассылку | отключите рассылку | отключить уведомления | отключите уведомления
    выключить рассылку | выключить уведомления | выключите уведомления | остановить рассылку
    остановите рассылку | останови рассылку | прекратить | прекратите | прекратить рассылку | прекратите рассылку
    прекратите присылать | прекратите писать | не присылать | не присылайте | не присылайте больше | больше не присылайте
    не пишите | не пишите мне | не пишите мне больше | не пишите больше | больше не пишите | больше мне не пишите | не писать
    больше не писать | уберите меня из рассылки | уберите из рассылки | удалите меня из рассылки | удалите из рассылки
    исключите меня из рассылки | удалить подписку | удалите подписку | хватит присылать | хватит писать

    тоқта | тоқтат | тоқтату | тоқтатыңыз | тоқтатыңыздар | тоқтатыңдар | тоқтатыңызшы | тоқтатшы | тоқтатылсын | тоқтаңыз
    жазылудан шығу | жазылымнан шығу | жазылудан шығамын | жазылымнан шығамын | жазылудан шыққым келеді
    жазылымнан шыққым келеді | жазылудан бас тарту | жазылымнан бас тарту | жазылудан бас тартамын | жазылымнан бас тартамын
    жазылудан шығарыңыз | жазылымнан шығарыңыз | мені жазылудан шығарыңыз | мені жазылымнан шығарыңыз
    мені тізімнен шығарыңыз | тізімнен шығарыңыз | жазылымды тоқтату | жазылымды тоқтатыңыз | жазылуды тоқтату
    жазылуды тоқтатыңыз | жазылымды жою | таратуды тоқтату | таратылымды тоқтату | таратылымнан шығу | таратудан шығу
    хабарламаны тоқтату | хабарламаларды тоқтату | хабарламаларды тоқтатыңыз | хабарлама жібермеңіз | хабарлама жіберме
    хабарлама жібермеңіздер | енді жібермеңіз | жібермеңіз | енді жазбаңыз | жазбаңыз | маған жазбаңыз | маған жазба
    маған енді жазбаңыз | енді жазба | хабарландыруды өшіру | хабарламаларды өшіру | рассылканы тоқтату | рассылканы тоқтат
    рассылканы тоқтатыңыз | рассылкадан шығу | рассылкадан шығарыңыз | отписка жасау | отписаться ету | доғар | доғарыңыз

    toqta | tokta | toqtat | toktat | toqtatu | toktatu | toqtatw | toqtatyngyz | toktatyngyz | toqtatynyz | toktatynyz
    toqtatıñız | toqtatıńyz | toqtaty | jazyludan shygu | zhazyludan shygu | jazyludan shyǵu | jazylymnan shygu
    zhazylymnan shygu | jazılımnan şığu | jazıludan şığu | jazyludan shyghu | zhazyludan shyghu | jazyludan bas tartu
    zhazyludan bas tartu | jazylymnan bas tartu | habarlama jibermeniz | habarlama zhibermeniz | xabarlama jibermeniz
    endi jazbanyz | endi zhazbanyz | magan jazbanyz | magan zhazbanyz | rassylkany toqtatu | rassylkany toktatu
    rassylkadan shygu | rassylkany toqtat | rassylkany toktat
    otpiska | otpisatsya | otpisatsa | otpisatsia | otpisatca | otpisatcya | otpisat | otpisat menya | otpishi | otpishite
    otpishis | otpishite menya | otpishi menya | otpisatsya ot rassylki | otpishite ot rassylki | hochu otpisatsya
    xochu otpisatsya | otkaz | otkaz ot rassylki | otmena podpiski | otmenit podpisku | otklyuchit rassylku
    otkluchit rassylku | ostanovit rassylku | ostanovite rassylku | prekratite rassylku | prekratit rassylku
    ne prisylaite | ne prisylayte | ne prisilaite | bolshe ne prisylaite | bolshe ne pishite | ne pishite | ne pishite mne
    stop rassylka | stop rassylku | stop rassilka
"""
_START = """
    start | unstop | resume | resubscribe | restart | start again | start messages | subscribe again | opt in | optin

    старт | начать | возобновить | возобнови | возобновите | возобновить рассылку | возобновите рассылку | возобновить подписку
    возобновите подписку | подписаться снова | подписаться обратно | подписаться опять | снова подписаться | подпишите снова
    подпишите меня снова | снова подпишите меня | подпишите меня обратно | включить рассылку | включите рассылку
    включить уведомления | включите уведомления | вернуть рассылку | верните рассылку | вернуть подписку | начать рассылку
    присылайте снова | снова присылайте | пишите снова

    бастау | бастаңыз | бастаңыздар | қайта бастау | қайта бастаңыз | қайта жазылу | қайта жазылайын
    қайтадан бастау | қайтадан жазылу | жазылымды жаңарту | жазылымды қайта бастау | таратуды бастау
    хабарламаларды қосу | рассылканы бастау | рассылканы қосу | рассылканы қайта бастау
    рассылканы жалғастыру

    bastau | bastaw | bastanyz | bastangyz | qaita bastau | kaita bastau | qayta bastau | qaita jazylu | kaita zhazylu
    qayta jazylu | vozobnovit | vozobnovite | vozobnovit rassylku | podpisatsya snova | snova podpisatsya | nachat
    vklyuchit rassylku | vkluchit rassylku | rassylkany bastau
"""
_POLITE = """
    please | pls | plz | thanks | thank you | hello | hi | пожалуйста | пж | плиз | плз | прошу | спасибо | здравствуйте
    добрый день | привет | өтінемін | өтініш | рахмет | рақмет | сәлеметсіз бе | сәлем | pojaluista | pozhaluista
    pozhaluysta | pojaluysta | spasibo | zdravstvuite | otinemin | rahmet | raqmet | salem
"""


_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_LOOKS_LIKE = str.maketrans(
    "abcehikmnoprtuxy0ıɡѕәғқңөүұһієαεικοπρτυχ",
    "авсеникмпоргтихуоиgsагкноууниеаеикопртух",
)
_QUESTION = re.compile("[?؟❓❔]")
_COMMAND = re.compile(r"\s*/(\w+)(?:@\w+)?\s*")


def command(text: str) -> Command | None:
    """«СТОП», «Отписаться.», "/stop@saqbol_bot", `т о қ т а т у`, "toqtatu, otinemin" → "stop"; «это стоп-лист?» → None.

    Bare «баста» is neither: it means "begin" in Kazakh and "enough" in Russian.
    """
    if len(text) > _LONGEST:
        return None
    flat = _INVISIBLE.sub("", unicodedata.normalize("NFKD", text))
    if _QUESTION.search(flat):
        return None
    if slashed := _COMMAND.fullmatch(flat):
        flat = slashed[1]
    return _COMMANDS.get(_polite_removed(_skeleton(flat)))


def _skeleton(text: str) -> str:
    """Letters only, look-alikes of all alphabets as one: Latin c and Cyrillic с are the same, so are қ and к, hard to type."""
    letters = "".join(letter for letter in text.casefold() if not unicodedata.combining(letter)).translate(_LOOKS_LIKE)
    words = re.sub(r"[\W_]+", " ", letters).split()
    if len(words) > 2 and all(len(word) == 1 for word in words):
        words = ["".join(words)]
    words = [re.sub(r"(.)\1{2,}", r"\1", word) for word in words]
    return words[0] if len(set(words)) == 1 else " ".join(words)


def _phrases(table: str) -> frozenset[str]:
    cells = (cell for line in table.splitlines() for cell in line.split("|"))
    return frozenset(_skeleton(unicodedata.normalize("NFKD", cell)) for cell in cells if cell.strip())


_COMMANDS: dict[str, Command] = {**dict.fromkeys(_phrases(_STOP), "stop"), **dict.fromkeys(_phrases(_START), "start")}
_ANY_POLITE = "|".join(sorted(_phrases(_POLITE), key=len, reverse=True))
_POLITE_ENDS = re.compile(rf"^(?:(?:{_ANY_POLITE}) )+|(?: (?:{_ANY_POLITE}))+$")


def _polite_removed(skeleton: str) -> str:
    return skeleton if skeleton in _COMMANDS else _POLITE_ENDS.sub("", skeleton)
