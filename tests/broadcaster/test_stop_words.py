import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.stop_words import command

STOPS = """
СТОП | стоп | Стоп. | стоп! | «СТОП» | "стоп" | (стоп) | *стоп* | #стоп | стоп 🛑 | 🙏 Стоп 🙏 | стоп… | стоооооп!!! | С Т О П
с.т.о.п | С-Т-О-П | CTOП | CТОП | cтoп | ст0п | СТОπ | стоп стоп | Стоп, пожалуйста | пожалуйста, стоп | стоп спасибо
/stop | /STOP | /stop@saqbol_bot | STOP | stop. | Stop! | ＳＴＯＰ | 𝐒𝐓𝐎𝐏 | ѕtор | s t o p | stóp | STOPALL
stop all | please stop
Unsubscribe | UNSUBSCRIBE. | unsubscribe me, please | opt out | opt-out | remove me | cancel | END | quit | don't text me | revoke
«Отписаться» | отписаться | ОТПИСАТЬСЯ! | Отпишите меня | отпишите меня, пожалуйста | Отписка | отпишись | хочу отписаться
Я хочу отписаться. | отписаться от рассылки | Здравствуйте, отпишите меня от рассылки | отказ от рассылки | отменить подписку
отмените подписку пожалуйста | прекратите рассылку | Больше не присылайте | не присылайте больше! | не пишите мне больше
удалите меня из рассылки | уберите меня из рассылки | отключите уведомления | остановить рассылку
ТОҚТАТУ | тоқтату | тоқта | Тоқта! | тоқтат | тоқтатыңыз | тоқтатыңызшы, өтінемін | ТОКТАТУ | токтату | токтатыныз | т о қ т а т у
«Тоқтату» | тоқтатыңыз 🙏 | жазылудан шығу | Жазылымнан шығу. | жазылудан шыгу | ЖАЗЫЛУДАН БАС ТАРТУ | жазылымды тоқтату
енді жазбаңыз | маған жазбаңыз | хабарлама жібермеңіз | мені тізімнен шығарыңыз | рассылканы тоқтатыңыз | рассылкадан шығу
toqtatu | TOKTATU | toqta | Toktat! | toqtatu, otinemin | toqtatyńyz | jazyludan shygu | zhazyludan shygu | jazylymnan shyǵu
otpiska | OTPISATSYA | otpishite menya | otpishite menya pojaluista | ne pishite mne | bolshe ne prisylaite | otmenit podpisku
"""
NOT_STOPS = """
это стоп-лист? | стоп, а если это мошенники? | как остановить | нужно ли писать СТОП? | стоп? | STOP? | СТОП？ | стоп ❓
отписаться? | как отписаться? | как отписаться | как мне отписаться от этого | Что будет, если я напишу СТОП?
они пишут: ответьте СТОП
пришло смс: для отказа отправьте СТОП на 1234 | ответьте стоп чтобы отписаться | мне сказали написать стоп | не стоп | стоп-кредит
как поставить стоп-кредит | стоп кредит | стоп-лист | автостоп | стопка | стопроцентно мошенники | топ | сто | стоп игра
я сказал ему стоп | Стоп, я уже перевел деньги | стоп, мне звонят из банка | стоп мошенникам | СТОП МОШЕННИК | стоп-сигнал
отпишитесь от этого канала и получите бонус | подпишитесь | не отписывайте меня | не хочу отписываться | не отписываться
остановите перевод | остановить платеж | остановите! | помогите остановить | отменить перевод | отмена операции | отмените платеж
остановка | отписался от них, а они пишут | прекратите это, я перевел деньги | я не пишу | не присылайте код никому
stop scam | don't stop | is this a stop list? | should I reply STOP? | reply STOP to unsubscribe | how do I unsubscribe
how to unsubscribe? | the bus stop | stop sign | nonstop | I can't stop them | please stop the payment | cancel my transfer
the end of the month | end to end | quit my job | stop, is this real | unsubscribe link looks fake
тоқтату керек пе? | тоқтату қалай | қалай тоқтатамын | тоқтату деп жазу керек пе | тоқтатпаңыз | тоқтамайды | аударымды тоқтату
ақша аударымын тоқтатыңыз | тоқта, бұл алаяқтар ма | олар тоқтату деп жазды | жазылудан қалай шығамын | жазылудан шығу қалай
жазылу | жазылғым келеді | маған жазбаңыз дедім, олар бәрібір жазады | стоп-несие | бұл стоп-парақ па? | несиеге стоп қою
toqtatu kerek pe | qalai toqtatamyn | toqtatpa | aqsha audarymyn toqtatu | kak otpisatsya | kak otpisatsya? | eto stop list?
nado li pisat stop | ostanovite perevod | stop kredit kak postavit | ne otpisyvaite menya | баста | Баста! | нет | да | жоқ | 🛑
. | 1
"""
STARTS = """
START | start | Start. | /start | /start@saqbol_bot | старт | СТАРТ! | «Старт» | CTAPT | с т а р т | unstop | resume | start again
возобновить | Возобновите рассылку, пожалуйста | возобновить подписку | подписаться снова | подпишите меня снова | начать
включите уведомления | верните рассылку | БАСТАУ | бастау | «Бастау» | бастаңыз | бастаныз | қайта бастау | кайта бастау
қайта жазылу | рассылканы қосу | жазылымды жаңарту | bastau | BASTAU. | qaita bastau | kaita bastau | vozobnovit
podpisatsya snova
"""
NOT_STARTS = """
/start ref_123 | start? | с чего начать | как возобновить? | старт продаж | стартап | let's start a business | не возобновлять
бастау керек пе | бастауыш сынып | қайта бастау қалай | когда начать платить | начать зарабатывать сегодня | бастық | bastau qalai
"""


def cells(table: str) -> list[str]:
    return [cell.strip() for line in table.strip().splitlines() for cell in line.split("|")]


@pytest.mark.parametrize("text", cells(STOPS))
def test_an_opt_out_in_any_spelling_is_one(text: str) -> None:
    assert command(text) == "stop"


@pytest.mark.parametrize("text", cells(NOT_STOPS))
def test_a_question_or_a_sentence_with_the_word_is_not_an_opt_out(text: str) -> None:
    """R15."""
    assert command(text) is None


@pytest.mark.parametrize("text", cells(STARTS))
def test_a_return_in_any_spelling_is_one(text: str) -> None:
    assert command(text) == "start"


@pytest.mark.parametrize("text", cells(NOT_STARTS))
def test_a_sentence_about_beginning_is_not_a_return(text: str) -> None:
    assert command(text) is None


def test_the_tables_are_long_enough_to_mean_something() -> None:
    assert len(set(cells(STOPS))) >= 60
    assert len(set(cells(NOT_STOPS))) >= 60


AROUND = st.text(alphabet=" \n\t.,!…«»\"'()*_-—:;🛑🙏😡\u200b\u200d\ufeff\u202e", max_size=12)
TWINS = str.maketrans("асеорхукмтвнАСЕОРХУКМТВН", "aceopxykmtbhACEOPXYKMTBH")
WORDS = ["СТОП", "стоп", "тоқтату", "Тоқта", "отписаться", "stop", "unsubscribe", "toqtatu", "жазылудан шығу"]


@given(st.sampled_from(WORDS), AROUND, AROUND, st.randoms(use_true_random=False))
def test_punctuation_case_and_look_alikes_change_nothing(word: str, before: str, after: str, dice: random.Random) -> None:
    typed = "".join(dice.choice([letter, letter.upper(), letter.translate(TWINS)]) for letter in word)
    assert command(f"{before}{typed}{after}") == "stop"


@given(st.sampled_from(WORDS), AROUND, AROUND)
def test_a_question_mark_always_makes_it_a_question(word: str, before: str, after: str) -> None:
    assert command(f"{before}{word}?{after}") is None


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    assert command(text) in {"stop", "start", None}


@pytest.mark.parametrize("text", ["", "\ud800", "\x00", "стоп" * 30_000, "\u200b" * 120_000])
def test_odd_and_huge_texts_are_not_commands(text: str) -> None:
    assert command(text) is None
