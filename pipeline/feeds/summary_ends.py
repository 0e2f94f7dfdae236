"""What programs print behind a summary: where it appeared first, a link to go on, a count of
comments. None of it is the reporter's.

The evidence is structure before words: a last paragraph that names the story or the feed in a link,
a last link behind a whole sentence, a title said again at the end. Words are asked only where there
is no link left, in the languages of many programs.
"""

from __future__ import annotations

import re
from html import unescape

from pipeline.text import fold

_LONGEST_END = 400  # characters of furniture; its longest names a story and a site
_LONGEST_LINK = 8  # words of a link to go on
_LONGEST_WORD = 60  # characters of it where a script parts no words
_FEWEST_OF_TITLE = 3  # words of a title that are hardly said again by chance
_SHORTEST_TITLE = 12  # characters of a title that a link does not say by chance
_MOST_AROUND = 120  # characters around a link that says the title, with the name of the site
_MOST_CUTS = 5

# what parts a summary's last paragraph from the others
_PART = re.compile(r"(?:\s*</?(?:p|div|br|ul|ol|li|h[1-6]|hr|section|footer)\b[^<>]*>)+", re.I)
_LINK = re.compile(r"<a\b[^<>]*>(.*?)</a\s*>", re.IGNORECASE | re.DOTALL)
_LAST_LINK = re.compile(
    r"[\s(\[|–—-]*(?:<(?:em|i|b|strong|span|small)\b[^<>]*>\s*)*<a\b[^<>]*>"
    r"((?:(?!</?a\b).){0,300})</a\s*>(?:\s|</?(?:em|i|b|strong|span|small)\b[^<>]*>|[\])»›→.…|])*\Z",
    re.IGNORECASE | re.DOTALL,
)
_ANY_TAG = re.compile(r"<[^<>]*>")
_SENTENCE_ENDS = tuple('.!?…。！？؟।۔])"»”’')
_CUT_MARK = re.compile(r"(?:\[\s*(?:\.\.\.|…|&#8230;|&hellip;)\s*\]|\(\s*(?:\.\.\.|…)\s*\))\s*\Z")
_COMMENTS = re.compile(r"[(\[]?\s*\d{1,6}\s+[^\W\d]{4,20}[)\]]?")
_COMMENTS_COUNTED = re.compile(r"[^\W\d]{4,20}\s?[:(]\s?\d{1,6}\)?")
_ARROWS = "→»›>⟶➔↗▶…. \u00a0"
_ENDS = _ARROWS + "[]()|\"'"

# what a link to go on says, folded; the whole line or the end behind a sentence
_GO_ON = frozenset(
    """
continue reading|read more|read on|read the full story|read full story|read full article|full story
read the rest|read the full article|read the rest of this entry|more|learn more|keep reading
click here to read more|view article|see more|show more|view full article|the full article
weiterlesen|mehr lesen|lesen sie weiter|mehr|mehr erfahren|zum artikel|artikel lesen|den ganzen
lire la suite|lire plus|en savoir plus|la suite|lire l'article|lire l'article complet|continuer la
leer más|seguir leyendo|leer mas|continuar leyendo|más información|ver más|sigue leyendo
leggi tutto|continua a leggere|leggi di più|continua|leggi l'articolo|leggi anche
leia mais|continue lendo|continuar a ler|saiba mais|ler mais|continue a ler|continuar lendo
lees verder|lees meer|verder lezen|meer lezen|läs mer|fortsätt läsa|les mer|les videre|læs mere
lue lisää|jatka lukemista|loe edasi|skaityti daugiau|skaityti toliau|lasīt vairāk|lasīt tālāk
czytaj więcej|czytaj dalej|więcej|číst dál|číst více|čítať ďalej|viac|celý článok|celý článek
tovább|olvass tovább|tovább olvasom|citește mai mult|citeşte mai mult|mai mult|citește tot articolul
pročitaj više|opširnije|nastavi čitati|preberi več|прочитај више|опширније|прочетете повече
читать далее|читать дальше|читать полностью|подробнее|далее|читать больше|полный текст
читати далі|читати більше|докладніше|детальніше|чытаць далей|прочети още|виж повече
διαβάστε περισσότερα|περισσότερα|συνέχεια|devamını oku|devamı|daha fazla|devamını okuyun
اقرأ المزيد|اقرا المزيد|المزيد|تابع القراءة|إقرأ المزيد|قراءة المزيد|ادامه مطلب|بیشتر بخوانید
مزید پڑھیں|مزید پڑھیے|קרא עוד|המשך קריאה|להמשך קריאה|קראו עוד|और पढ़ें|आगे पढ़ें|পড়ুন|আরও পড়ুন|விரிவாக
阅读全文|阅读更多|查看全文|继续阅读|更多|閱讀全文|閱讀更多|繼續閱讀|続きを読む|もっと見る|全文を読む
더 보기|더 읽기|계속 읽기|자세히 보기|전문 보기|baca selengkapnya|selengkapnya|baca lagi|xem thêm
đọc tiếp|đọc thêm|อ่านต่อ|อ่านเพิ่มเติม|soma zaidi|lees meer|batafsil|ətraflı|толығырақ
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
_LONGEST_WORDS = max(map(len, _GO_ON))
_COMMENT_WORDS = re.compile(
    r"(?:comment|kommentar|commentaire|comentario|comentário|commento|reacti|комментар|коментар"
    r"|komentar|komentář|komment|yorum|σχόλι|تعليق|نظر|תגוב|टिप्पणी|评论|評論|コメント|댓글|ulasan)",
    re.IGNORECASE,
)


def cut_summary_ends(summary: str, title: str, feed_title: str) -> str:
    """The summary, still as markup, without what programs print behind it."""
    if "<" not in summary:
        return summary
    for _ in range(_MOST_CUTS):
        shorter = _cut_last_part(summary, title, feed_title) or _cut_last_link(summary)
        if not shorter:
            break
        summary = shorter
    return summary


def cut_plain_ends(summary: str, title: str) -> str:
    """A summary in plain text without what programs print behind it."""
    for _ in range(_MOST_CUTS):
        shorter = _cut_last_sentence(summary, title)
        if not shorter:
            break
        summary = shorter
    marked = _CUT_MARK.search(summary, max(len(summary) - _LONGEST_WORD, 0))
    if marked and marked.start():
        before = summary[: marked.start()].rstrip()
        summary = before if _ends_sentence(before) else before + "…"
    return summary


def cut_content_end(content: str, title: str) -> str:
    """Content without a last paragraph that names the story in a link: "The post ... appeared"."""
    part = _last_part(content)
    if not part or len(part[1]) > 2 * _LONGEST_END:
        return content
    return content[: part[0]] if _names_story(part[1], title, "") else content


def _cut_last_part(summary: str, title: str, feed_title: str) -> str:
    """The summary without its last paragraph, '' where that is the reporter's."""
    part = _last_part(summary)
    if not part:
        return ""
    start, html = part
    text = _bare(html)
    is_end = not text or (
        len(text) <= _LONGEST_END
        and (_names_story(html, title, feed_title) or _is_all_link(html, text) or _says_end(text))
    )
    return summary[:start] if is_end else ""


def _last_part(html: str) -> tuple[int, str] | None:
    """Where the last paragraph begins, with its markup; None where there is only one."""
    # looked for in the end alone: furniture is short
    offset = max(len(html) - 4 * _LONGEST_END, 0)
    breaks = [m for m in _PART.finditer(html, offset) if html[m.end() :].strip()]
    if not breaks or not _bare(html[: breaks[-1].start()]):
        return None
    return breaks[-1].start(), html[breaks[-1].end() :]


def _names_story(html: str, title: str, feed_title: str) -> bool:
    """Whether a link in it says the story's title, or the feed's behind no more than a word."""
    named = fold(title)
    for link in _LINK.finditer(html):
        text = fold(_bare(link[1]))
        around = _bare(html[: link.start()] + " " + html[link.end() :])
        if len(named) >= _SHORTEST_TITLE and named in text and len(around) <= _MOST_AROUND:
            return True
        if feed_title and text == fold(feed_title) and len(around.split()) <= 2:
            return True
    return False


def _is_all_link(html: str, text: str) -> bool:
    """A short line of links and hardly anything else: a way on, a count, names of services."""
    linked = sum(len(_bare(link[1])) for link in _LINK.finditer(html))
    short = len(text.split()) <= _LONGEST_LINK and len(text) <= _LONGEST_WORD
    return linked > 0 and short and linked >= 0.7 * len(text)


def _says_end(text: str) -> bool:
    words = fold(text).strip(_ENDS)
    counted = _COMMENTS.fullmatch(text) or _COMMENTS_COUNTED.fullmatch(text)
    return words in _GO_ON or bool(counted and _COMMENT_WORDS.search(text))


def _cut_last_link(summary: str) -> str:
    """The summary without a last link behind a whole sentence, or that says to go on; else ''."""
    offset = max(len(summary) - 2 * _LONGEST_END, 0)
    # from the last link on: what is before it may hold any number of others
    begin = summary.lower().rfind("<a", offset)
    if begin < 0:
        return ""
    while begin > offset and summary[begin - 1] in " \t\r\n([|–—-":
        begin -= 1
    found = _LAST_LINK.match(summary, begin)
    if not found:
        return ""
    text, before = _bare(found[1]), _bare(summary[:begin])
    if not before:
        return ""
    short = len(text.split()) <= _LONGEST_LINK and len(text) <= _LONGEST_WORD
    whole = _ends_sentence(before) and not text.endswith((".", "!", "?", "。"))
    return summary[:begin] if _says_end(text) or (short and whole) else ""


def _cut_last_sentence(summary: str, title: str) -> str:
    """Plain text without a last sentence that says the title again, or to go on; else ''."""
    tail = summary.rstrip()
    # folded word for word, so that each length in it is one in the summary
    bare = tail.rstrip(_ENDS)
    words = bare[-2 * _LONGEST_WORD :].casefold()
    for length in range(min(len(words), _LONGEST_WORDS), 0, -1):
        if words[-length:] not in _GO_ON:
            continue
        before = bare[:-length].rstrip(" ([|–—-")
        if _ends_sentence(before):
            return before
    if len(title.split()) >= _FEWEST_OF_TITLE and tail.rstrip(_ARROWS).endswith(title):
        return _cut_title(tail.rstrip(_ARROWS)[: -len(title)])
    # "The post TITLE appeared first on SITE."
    at = tail.rfind(title) if len(title.split()) >= _FEWEST_OF_TITLE else -1
    if at > 0 and len(tail[at + len(title) :].split()) <= _LONGEST_LINK:
        return _cut_title(tail[:at])
    return ""


def _ends_sentence(text: str) -> bool:
    return text.endswith(_SENTENCE_ENDS)


def _cut_title(before: str) -> str:
    """What stands before the few words that lead to a title said again, '' where it is no end."""
    ends = [m.end() for m in re.finditer(r"[.!?…。！？؟।۔\]](?=\s)", before)]
    if not ends or len(before[ends[-1] :].split()) > 4:
        return ""
    return before[: ends[-1]]


def _bare(html: str) -> str:
    """The text of markup, single spaces."""
    return " ".join(unescape(_ANY_TAG.sub(" ", html)).split())
