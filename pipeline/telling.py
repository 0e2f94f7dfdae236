"""Words that make two facts of two texts which share all others: north and south, said and denied.

A reporter tells of both sides in the same words. So two texts are not one because nearly all of
their words are: what counts is the words in which they differ. Names and figures are told by how
they are written; the words of ``_TABLE`` must be known. Signs of Chinese and Japanese, and letters
of other scripts without spaces, are words here as they are in ``pipeline.text``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from pipeline.text import words

# Words of the longest run that is exchanged for another one, and signs of scripts without spaces.
LONGEST_EXCHANGED, LONGEST_SIGNS = 2, 8
# Words of the longest run whose "not" denies what both say; in a longer one it denies what it adds.
LONGEST_DENIAL = 3
# Words of the longest texts that are set side by side word by word: it takes the square of them.
LONGEST_ALIGNED = 300

# kind: what it says: its words; a star stands for any ending
_TABLE: Final = """
denial:
  no: not no never without neither nor none nicht kein* nie niemals ohne ne pas jamais sans aucun
    aucune non nunca sin ningún ninguna ninguno não nem sem nenhum nenhuma mai senza nessun* niet
    geen nooit zonder не ни нет без никогда ні немає ніколи nie nigdy bez žádn* değil yok hiç asla
    inte aldrig utan ikke aldri uden ingen ei ikkje fără niciun* δεν όχι χωρίς ποτέ nem nincs
    nélkül tidak bukan tanpa không chưa لا لم لن ليس ليست غير دون بدون نه نیست بدون هرگز لم לא אין
    בלי מעולם नहीं बिना कभी نہیں بغیر না নয় ไม่ 不 没 未 無 无 非 否 안 못 없이
direction:
  north: north* nord norden nordens nördlich* nordost* nordwest* nordlig* nordre norte norteñ*
    settentrional* noord* север* північ* північн* północ* sever severu severní* severn* kuzey*
    شمال* الشمال* صفون* צפון* उत्तर* βόρει* βορρ* észak* utara bắc pohjoi* шимал* 北 북부 북쪽 شمالی
  south: south* süd süden südlich* südost* südwest* sud sur meridional* zuid* юг юга юге югу южн*
    півд* połud* jih* güney* جنوب* الجنوب* דרום* दक्षिण* νότι* νότο* dél* selatan nam etel* sør*
    syd* 南 남부 남쪽 جنوبی
  east: east* ost osten östlich* öst öster* östra øst østlig* østre est orient* leste este
    oriental* oost* восто* восточ* схід* wschod* wschód východ* doğu* شرق* الشرق* מזרח* पूर्व*
    ανατολ* kelet* timur đông itä* 东 東 동부 동쪽 شرقی
  west: west westen western* westward* westlich* väst* vest vestlig* vestre ouest oeste occident*
    запад* захід* західн* zachod* zachód západ* batı* غرب* الغرب* מערב* पश्चिम* δυτικ* nyugat*
    barat tây läns* länt* 西 서부 서쪽 غربی
  left: left links linke* gauche izquierd* sinistr* esquerd* левый левая левой левую ліви* ліва
    лівої lewy lewa يسار اليسرى שמאל
  right: right* rechts rechte* droit* derech* destr* direit* правый правая правой правую правий
    права prawy prawa sağ يمين اليمنى ימין
order:
  first: first erst* premier* première* primer* primo prima primi primeir* eerst* перв* перш*
    pierwsz* první ilk birinci* الأول* الاولى أول ראשון ראשונה पहल* πρώτ* első pertama första
    første 1st نخست اول 첫
  second: second* zweit* deuxième* segund* secondo seconda tweede* втор* друга друге другий другої
    drugi druga drugiej drugą druh* druh* ikinci* الثاني* ثاني* שני שנייה दूसर* δεύτερ* második
    kedua andra anden andre 2nd دوم
  third: third* dritt* troisième* tercer* terz* terceir* derde* трет* trzeci* třetí üçüncü*
    الثالث* שלישי* तीसर* τρίτ* harmadik ketiga tredje 3rd سوم
  fourth: fourth* viert* quatrième* cuart* quart* vierde* четвёрт* четверт* czwart* čtvrt*
    dördüncü* الرابع* רביעי* चौथ* fjärde fjerde 4th چهارم
  fifth: fifth* fünft* cinquième* quint* vijfde* пят* п'ят* piąt* pát* beşinci* الخامس* חמישי*
    पाँचव* femte 5th پنجم
  last: last latest letzt* dernier* dernière* últim* ultim* laatste* последн* останн* ostatni*
    الأخير* אחרון अंतिम
sex:
  man: man men male males boy boys mann männer* junge* homme* garçon* hombre* niño* chico* uomo
    uomini ragazz* homem homens menino* mannen jongen* мужчин* мальчик* чоловік* хлопц* mężczyzn*
    chłopc* muž* erkek* رجل رجال رجلا الرجال مرد مردان גבר גברים पुरुष* άνδρ* 男
  woman: woman women female females girl girls frau frauen mädchen femme* fille* mujer* niña*
    chica* donna donne ragazza mulher* menina* vrouw* meisje* женщин* девоч* жінк* жінок дівч*
    kobiet* dziewcz* žen* kadın* امرأة نساء النساء زن زنان אישה נשים महिला* γυναίκ* kvinn* kvind*
    女
speech:
  said: said says say stated told confirmed confirms sagte* sagt erklärte bestätigte* dit affirme
    déclaré confirmé dijo dice afirmó confirmó detto dice confermato disse confirmou zei zegt
    bevestigde сказал* заявил* сообщил* подтвердил* сказав заявив повідомив підтвердив powiedział*
    potwierdził* söyledi açıkladı doğruladı قال قالت أكد أكدت أعلن گفت אמר אמרה אישר कहा sade sa
  denied: denied denies deny rejected rejects refuted disputed bestritt bestreitet dementierte*
    dementiert wies nié nie nient dément démenti rejeté negó niega desmintió rechazó negato nega
    smentito smentisce negou desmentiu rejeitou ontkende ontkent отриц* опроверг* заперечи*
    спростува* zaprzeczy* popřel* yalanladı reddetti نفى نفت ينفي رفض تکذیب הכחיש הכחישה खंडन
    förnekar förnekade nekter nektet benægter
rise:
  up: rose rises rise risen up increased increases gained higher more stieg* steigt hausse
    augmenté subió sube aumentó salito aumento subiu вырос* подня* зрос* wzrós* wzros* arttı
    yükseldi ارتفع ارتفعت افزایش עלה עלתה 升 涨 漲 增
  down: fell falls fall fallen down decreased dropped lost lower fewer less sank sinkt gesunken
    baisse baissé bajó cayó cae sceso calo caiu baixou упал* снизи* впа* знизи* spad* düştü azaldı
    انخفض انخفضت کاهش ירד ירדה 降 跌 减 減
door:
  open: open opened opens reopened reopens öffnet* offen ouvert* rouvert* abrió abierto* aperto
    aberto open* откры* відкри* otwart* otworz* açıldı فتح فتحت אודן פתח נפתח 开 開
  shut: closed closes shut shuts geschlossen schließt fermé* cerró cerrado* chiuso fechad* dicht
    gesloten закры* закри* zamkn* kapandı kapatıldı أغلق أغلقت إغلاق נסגר סגר 关 關
sequence:
  before: before vor avant antes prima voor перед до перед przed önce قبل לפני पहले 前
  after: after nach après después dopo depois после після po sonra بعد אחרי बाद 后 後
contest:
  win: won wins win gewann gagné ganó vinto venceu побед* перемог* wygra* kazandı فاز ניצח
  lose: lost loses lose verlor perdu perdió perso perdeu проигра* програ* przegra* kaybetti خسر
    הפסיד
day:
  monday: monday montag* lundi lunes lunedì segunda-feira maandag понедельник* понеділ*
    poniedział* pazartesi الاثنين الإثنين सोमवार måndag mandag دوشنبه
  tuesday: tuesday dienstag* mardi martes martedì terça-feira terça dinsdag вторник* вівтор* wtor*
    salı الثلاثاء मंगलवार tisdag tirsdag سه‌شنبه سهشنبه
  wednesday: wednesday mittwoch* mercredi miércoles mercoledì quarta-feira woensdag среда среду
    среды середа середу środ* çarşamba الأربعاء बुधवार onsdag چهارشنبه
  thursday: thursday donnerstag* jeudi jueves giovedì quinta-feira donderdag четверг* czwartek
    czwartk* perşembe الخميس गुरुवार torsdag پنجشنبه
  friday: friday freitag* vendredi viernes venerdì sexta-feira sexta vrijdag пятниц* п'ятниц*
    piątek piątk* cuma الجمعة शुक्रवार fredag جمعه
  saturday: saturday samstag* sonnabend* samedi sábado sabato zaterdag суббот* субот* sobot*
    cumartesi السبت שבת शनिवार lördag lørdag شنبه
  sunday: sunday sonntag* dimanche domingo domenica zondag воскресень* неділ* niedziel* pazar
    الأحد रविवार söndag søndag یکشنبه
time:
  morning: morning dawn morgen* matin mañana mattina manhã ochtend утр* ранку rano sabah صباح*
    בוקר सुबह
  evening: evening dusk abend* soir noche sera noite avond вечер* вечор* wiecz* akşam مساء* ערב
    शाम
  night: night overnight nacht* nuit notte ноч* ніч* ночі noc* gece ليل* לילה रात
  today: today heute aujourd'hui hoy oggi hoje vandaag сегодня сьогодні dziś dzisiaj bugün اليوم
    امروز היום आज
  yesterday: yesterday gestern ayer ieri ontem gisteren вчера вчора wczoraj dün أمس دیروز אתמול
"""

# A word that does not begin with a small letter.
_CAPITALS = re.compile(r"(?<!\w)[^\W\d_a-zß-öø-ÿа-яёіїєґα-ω]\S*")


def _read(table: str) -> tuple[dict[str, str], dict[str, str]]:
    """The words of the table with their kind and what they say, and the beginnings of words."""
    whole: dict[str, str] = {}
    begun: dict[str, str] = {}
    kind = says = ""
    for line in table.strip().splitlines():
        for word in line.split():
            if word.endswith(":"):
                if line.startswith(" "):
                    says = word[:-1]
                else:
                    kind = word[:-1]
            elif word.endswith("*"):
                begun[word[:-1]] = f"{kind} {says}"
            else:
                whole[word] = f"{kind} {says}"
    return whole, begun


_WHOLE, _BEGUN = _read(_TABLE)
_LENGTHS: Final = sorted({len(word) for word in _BEGUN}, reverse=True)


@lru_cache(maxsize=1 << 13)
def tell(word: str) -> str:
    """The kind of a telling word and what it says ("direction north"); '' for any other word."""
    if found := _WHOLE.get(word):
        return found
    for length in _LENGTHS:
        if length <= len(word) and (found := _BEGUN.get(word[:length])):
            return found
    return "denial no" if word.endswith("n't") else ""


def find_exchanged(
    one: Sequence[str], other: Sequence[str]
) -> Iterator[tuple[list[str], list[str]]]:
    """The runs of words in which two texts differ: of the one, and of the other in its place."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for name, start, end, other_start, other_end in matcher.get_opcodes():
        if name != "equal":
            yield list(one[start:end]), list(other[other_start:other_end])


def are_two_facts(one: str, other: str, *, alike: bool = True) -> bool:
    """Whether two lines that share most of their words say two things.

    They do where a name, figure or telling word stands in the place of another one, or one of them
    denies. ``alike``: they do too where one word in another's place is all their difference.
    """
    words_of_one, words_of_other = words(one), words(other)
    if words_of_one == words_of_other:
        return False
    if max(len(words_of_one), len(words_of_other)) > LONGEST_ALIGNED:
        return False
    names = _find_capitals(one) | _find_capitals(other)
    exchanged = list(find_exchanged(words_of_one, words_of_other))
    for these, those in exchanged:
        if _tell_two_facts(these, those, names):
            return True
    if not alike or len(exchanged) != 1:
        return False
    these, those = exchanged[0]
    return _are_as_long(these, those)


def _tell_two_facts(these: list[str], those: list[str], names: set[str]) -> bool:
    """Whether what stands in one text in the place of something else is another fact."""
    told, others = set(map(tell, these)) - {""}, set(map(tell, those)) - {""}
    few = max(len(these), len(those)) <= LONGEST_DENIAL
    if few and ("denial no" in told) != ("denial no" in others):
        return True
    if not these or not those:
        return False
    kinds = {says.partition(" ")[0] for says in told - others}
    if kinds & {says.partition(" ")[0] for says in others - told}:
        return True
    if any(word[0].isdigit() for word in these) and any(word[0].isdigit() for word in those):
        return True
    return _are_as_long(these, those) and not (names.isdisjoint(these) or names.isdisjoint(those))


def _are_as_long(these: list[str], those: list[str]) -> bool:
    """Whether each is a word or two, or as few signs, and both about as many."""
    shorter, longer = sorted((len(these), len(those)))
    signs = all(len(word) <= 3 and not word.isascii() for word in (*these, *those))
    most = LONGEST_SIGNS if signs else LONGEST_EXCHANGED
    return shorter > 0 and longer <= most and (shorter == longer or signs)


def _find_capitals(text: str) -> set[str]:
    """The words of a text that may be names: with a capital, or of a script that has none."""
    found: set[str] = set()
    for word in _CAPITALS.findall(text):
        found.update(words(word))
    return found
