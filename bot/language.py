"""The language to answer in: which of the three a text is written in. Pure; called by bot.judging and the conversation.

Words that only one language has vote; where they do not decide, lingua (low accuracy, kk and ru) does. Latin letters are read
through our own lists first, since lingua would call all of them English: Kazakh and Russian are typed in them every day.
"""

import re
from functools import cache, lru_cache

from lingua import Language as Tongue
from lingua import LanguageDetector, LanguageDetectorBuilder

from content.language import Language

READ = 1_000
"""Characters that decide; nobody changes the language after them and means it."""


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


_KAZAKH = _words("""
    мен мени менин маган менде сен сени сиз сизди сизге сиздин сиздер ол оны оган онын олар биз бизге бизди бул бұл сол
    осы мына мынау мынандай анау ким кимге калай кашан кайда кай неге нега кандай немене ма ба бе па пе ме гой гана жане
    бар жок емес екен едим еди дейди деп деди десе деген болды болады болса болар болып керек кажет коп жаксы жаман
    салем салеметсиз ассалаумагалейкум рахмет акша акшамды акшаны аударып аудардым аударды аудару келди келип келген
    келе жатыр жатырмын жатса тур турмын журмин жур айт айтып айтты айтыныз айтпаныз айттым айтайын бер берип бериниз
    бердим берди жибер жиберди жибериниз жиберип жибердим кой койды койдым койып кара караныз алаяк алаяктар алаяктык
    шын отирик сенуге сурайды сурап сурады шотка шоттан несие картаны картага кодты катты енди казир бугин ертен кеше
    ушин турады алды алып алдым ашып аштым ашпаныз отти хабарлама хабарласты хабарласып звондап звондады звондайды басып
    бастым адам адамдар алло ага апам анам акем мамам балам дурыс калайсын калайсыз немесе бирак егер сондыктан туралы
    бойынша деиді айтшы айтындаршы комектесиндерши комек жазылу бастау токтату жаттыгу мысал тил енгизу
""")
_RUSSIAN = _words("""
    и в на что это как мне меня мной мы вы вам вас ваш ваша ваше ваши он она они его её ее их из с со у к ко по для от
    до за о об или но если чтобы когда где кто куда почему зачем можно нельзя нужно надо есть нет был была было были
    будет будут уже еще ещё только так там тут здесь сейчас сегодня завтра вчера очень просто тоже я ты же ли бы этот
    эта эти этого все всё без под при через перед после который которые какой какая какие мой моя мое мои свой свою себя
    спасибо здравствуйте привет добрый день пожалуйста срочно деньги денег счет счёт перевод перевести переведите звонят
    звонили звонит позвонили позвонил пишут написали просят говорят сказали мошенники мошенник развод правда обман
    это-то дайте скажите помогите проверьте посмотрите хочу могу
""")
_KAZAKH_IN_LATIN = _words("""
    meni menin mening magan maghan sen seni siz sizdi sizge sizdin sizding ol ony ogan onyn olar biz bizge bul sol osy
    myna mynau anau kim kimge qalai kalai qalay kalay qashan kashan qaida kaida qayda kayda qandai kandai nege nemene ma
    ba pa pe goi goj gana jane zhane jok joq zhok zhoq emes eken edi edim deidi deydi dep dedi dese degen boldy bolady
    bolsa bolyp kerek kazhet kop jaksy jaqsy zhaksy zhaqsy salem salam salemetsiz salemetsizbe assalaumagaleikum rahmet
    raqmet rakhmet rakmet aqsha aksha akwa aqwa aqshany akshany akshamdy audaryp audardym audardy keldi kelip kelgen
    kele jatyr zhatyr tur turmyn jur zhur ait aityp aitty aityngyz aitynyz aitpanyz aitpangyz aittym ber berip beriniz
    beringiz berdim berdi jiber zhiber jiberdi zhiberdi jiberiniz zhiberiniz koy qoy koi qoi koidym qoidym alaiaq
    alaiaqtyq alaiak alayaq alayak alayaktar alaiaqtar alayaktyk otirik shyn suraidy suraydy surap surady shotqa shotka
    nesie kartany kartaga kodty qazir kazir bugin ertengi keshe ushin uwin endi apam anam akem mamam balam durys nemese
    biraq birak eger turaly tenge tengege myn keremet oin oiyn zor jaman zhaman jaksi katti unady unadi ote tez jalpi
    kalaisyn kalaisin kutty mykty bolmaydi bolmaidy bolmaidi kartam kartama eshkimge kelipti zvondap
""")
_RUSSIAN_IN_LATIN = _words("""
    i v na chto eto kak mne menya mnoi mnoy vy vam vas vash vasha vashe vashi ona oni ego ee eyo ih iz s u po dlya ot
    ili esli chtoby kogda gde kto kuda pochemu zachem mozhno nelzya nuzhno nado est net byl byla bylo byli budet uzhe
    esche eshche tolko tak tam tut zdes seichas seychas segodnya zavtra vchera ochen prosto tozhe ya ty zhe li by etot
    eta eti etogo vse bez pod pri cherez pered posle kotoryi kotorye kakoi kakoy kakaya moi moya svoi sebya spasibo
    zdravstvuite zdravstvuyte privet dobryi dobryy den pozhaluista pozhaluysta srochno dengi deneg schet schyot perevod
    perevesti perevedite zvonyat zvonili zvonit pozvonili pozvonil pishut napisali prosyat govoryat skazali moshenniki
    moshennik razvod pravda obman skazhite pomogite proverte posmotrite hochu mogu ne karta karty kartu kod ssylka
    ssylku perevel perevela nomer banka bank
""")
_ENGLISH = _words("""
    the an and or of to in is are was were be been it its this that these those for with from by at as you your yours
    i'm im me my we our us he she his her they them their who what when where why how which can could will would should
    do does did don't dont not no yes if but so there here have has had get got just please thank thanks hello hi hey
    dear help need want send sent money pay paid call called calling account message click link verify urgent won winner
    prize free now today tomorrow scam fraud real fake isn't it's i've someone somebody about any all new out up asked
    asking says said told code card english parcel package update congratulations on police officer loan loans fee fees
    wants asks girl boy guy job work legit normal like one two first last time day week people man woman friend offer
    deal buy sell sale order delivery mail email website site phone texts group
""")

_ADDRESS = re.compile(r"\b(?i:https?://|www\.)\S+|\S{1,64}@\S{1,64}|@\w+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,10}\b(?:/\S*)?")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CYRILLIC = re.compile("[а-яёәғқңөұүһі]")
_LATIN = re.compile("[a-zçğıäñöşüūáúóýǵń]")
_ONLY_KAZAKH = re.compile("[әғқңөұүһі]")
_KAZAKH_ENDING = re.compile(
    "..(?:й[дт][ыи]|[ае]ды|дым|[ао]дим|[мнсғг]ыз|сиз|[лдт][ае]рд?[ыи]?|[нд]ын|[тс]ын|[кг][ае]н|[пб]ен|йын|ып|[ая]т[ыи]р|мын"
    "|лык|тык|шы)$"
)
_ONLY_RUSSIAN = re.compile(
    "[ёщъэ]|ци|(?:ться|тся|ого|его|ние|ния|ать|ить|ешь|ишь|ает|ому|ной|ный|ные|ых|ий|ая|ую|ют|ят|зал|вал|дил|тил|ила|ала|али|или|жет)$"
)
_ONLY_KAZAKH_LATIN = re.compile("[çğıäñöşüūáǵń]|q(?!u)")

_ENGLISH_SPELLING = re.compile("th|wh|ck|ght|ee|oo|ou|ow|^w[aeior]|..(?:ing|tion|ed|ly|ment|ness|es|ss|ll|ce|ry|ge|ble)$")

_DIGRAPHS = {
    "shch": "щ",
    "sch": "щ",
    "sh": "ш",
    "ch": "ч",
    "zh": "ж",
    "kh": "х",
    "gh": "ғ",
    "ya": "я",
    "yu": "ю",
    "yo": "е",
    "ts": "ц",
}
_SOUNDS = re.compile("|".join(_DIGRAPHS) + "|[a-zçğıäñöşüūáúóýǵń]")
_IN_CYRILLIC = _DIGRAPHS | dict(zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхижклмнопқрстувшхыз", strict=True))
_IN_CYRILLIC |= dict(zip("çğıäñöşüūáúóýǵń", "чғыәңөшүұәуоығң", strict=True))


def language_of(text: str, otherwise: Language = Language.RU) -> Language:
    """Never raises. A text without words of ours (digits, a link, emoji, another script) is in the language `otherwise`."""
    words = _WORD.findall(_ADDRESS.sub(" ", text[:READ]).lower())
    cyrillic = [word for word in words if _CYRILLIC.search(word)]
    latin = [word for word in words if _LATIN.match(word) and not _CYRILLIC.search(word)]
    if not cyrillic and not latin:
        return otherwise
    if 2 * sum(map(len, cyrillic)) >= sum(map(len, latin)):
        return _of_cyrillic(cyrillic)
    return _of_latin(latin)


def _of_cyrillic(words: list[str]) -> Language:
    return _decided(sum(map(_kazakh, words)), sum(map(_russian, words)), " ".join(words))


@lru_cache(maxsize=8192)
def _russian(word: str) -> bool:
    return word in _RUSSIAN or _ONLY_RUSSIAN.search(word) is not None


@lru_cache(maxsize=8192)
def _kazakh(word: str) -> int:
    """A Kazakh letter is worth two words, unless і or һ may stand for a look-alike."""
    own_letters = _ONLY_KAZAKH.findall(word)
    if own_letters:
        return 1 if set(own_letters) <= {"і", "һ"} else 2
    return int(word in _KAZAKH or _KAZAKH_ENDING.search(word) is not None)


def _of_latin(words: list[str]) -> Language:
    """Each word also as it would stand in Cyrillic, where the endings of both languages are known."""
    spelled = [_SOUNDS.sub(lambda sound: _IN_CYRILLIC[sound.group()], word) for word in words]
    both = list(zip(words, spelled, strict=True))
    english = sum(word in _ENGLISH or _ENGLISH_SPELLING.search(word) is not None for word in words)
    kazakh = sum(
        word in _KAZAKH_IN_LATIN or _ONLY_KAZAKH_LATIN.search(word) is not None or _kazakh(cyrillic) > 0
        for word, cyrillic in both
    )
    russian = sum(word in _RUSSIAN_IN_LATIN or _russian(cyrillic) for word, cyrillic in both)
    if english >= max(kazakh, russian, 1) or (len(words) <= 2 and not kazakh and not russian):
        return Language.EN
    return _decided(kazakh, russian, " ".join(spelled))


def _decided(kazakh: int, russian: int, text: str) -> Language:
    if kazakh == russian:
        return Language.KK if _kk_or_ru().detect_language_of(text) is Tongue.KAZAKH else Language.RU
    return Language.KK if kazakh > russian else Language.RU


@cache
def _kk_or_ru() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(Tongue.KAZAKH, Tongue.RUSSIAN).with_low_accuracy_mode().build()
