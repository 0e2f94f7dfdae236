"""Where a link leads: to an account, an offer, an author, or to what may be a story.

The address says it in every language. The tables hold the hosts and the words of paths that news
sites lead their readers to; a link to a single post is what reporters cite, and is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from pipeline.story import Leads


def _name_hosts(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Hosts whose every page is an offer: shops for apps, and the sites of readers' own selections.
_OFFERING = _name_hosts("""play.google.com apps.apple.com itunes.apple.com appgallery.huawei.com
    apps.microsoft.com news.google.com apps.rustore.ru patreon.com ko-fi.com buymeacoffee.com
    boosty.to onelink.me app.link flipboard.com""")
# Hosts of accounts and channels; their pages of one post are no account's.
_NETWORKS = _name_hosts("""t.me telegram.me telegram.dog wa.me whatsapp.com facebook.com fb.com
    fb.me x.com twitter.com instagram.com threads.net threads.com youtube.com tiktok.com line.me
    lin.ee vk.com ok.ru dzen.ru weibo.com viber.com vb.me invite.viber.com linkedin.com
    bsky.app zalo.me kakao.com pf.kakao.com discord.gg signal.group max.ru rutube.ru
    truthsocial.com mastodon.social chats.viber.com""")
# A page of one post: what a reporter cites.
_POST = re.compile(
    r"/(?:status|statuses|posts?|p|reels?|videos?|watch|shorts|photos?|story\.php|permalink\.php)"
    r"(?:[/?]|$)|/\d{2,}|wall-?\d|permalink|story_fbid"
)
# Parts of a path that offer something to the reader, whatever the host.
_SUBSCRIBING = re.compile(
    r"/(?:newsletters?|subscri\w{2,9}|abo(?:nnement|nnieren|nnez-vous)?s?|abone(?:lik)?|nieuwsbrief"
    r"|boletin(?:es)?|bulten|rassylka|podpiska|suscri\w{2,9}|assin\w{2,5}|abbonat\w{1,7}|prenumer\w*)"
    r"(?:[/?#.]|$)"
)
# The same where the page is the site's own, which a link without a host shows.
_JOINING = re.compile(
    r"/(?:register|registr\w{1,8}|sign-?up|sign-?in|log-?in|join|membership|member|donat\w{1,4}"
    r"|support-?us|apps?|mobile-?apps?|telegram|whatsapp|spenden|kayit|uye-?ol)(?:[/?#.]|$)"
)
# Parts of a path that hold pages about authors; a story below them has more parts.
_WRITING = re.compile(
    r"/(?:authors?|autor(?:es|en)?|auteurs?|autori|autore|yazar(?:lar)?|avtor[iy]?|penulis|redakteure?"
    r"|journalists?|reporters?|contributors?|writers?|tac-gia)/[^/?#]{2,80}/?(?:[?#]|$)"
)
_PARTS = re.compile(r"(?:https?:)?//(?:(?:www|m|mobile|l)\.)?([^/?#:]{1,100})(?::\d+)?([^#]*)")
# Characters of an address that are looked at.
_LONGEST = 300


def name_leads(addresses: Iterable[str]) -> Leads:
    """Where all of a line's links lead; nowhere in particular if one of them may be a story."""
    found = {_name_lead(address.strip()[:_LONGEST].lower()) for address in addresses}
    if not found or Leads.NOWHERE in found:
        return Leads.NOWHERE
    for lead in (Leads.OFFER, Leads.AUTHOR):
        if lead in found:
            return lead
    return Leads.ACCOUNT


@lru_cache(maxsize=4_096)
def _name_lead(address: str) -> Leads:
    """Where one address, in lower case, leads."""
    parts = _PARTS.match(address)
    host, path = parts.groups() if parts else ("", address)
    if host in _NETWORKS:
        return Leads.NOWHERE if _POST.search(path) else Leads.ACCOUNT
    if address.startswith("mailto:"):
        return Leads.ACCOUNT
    offers = host in _OFFERING or _SUBSCRIBING.search(path)
    if offers or (not host and _JOINING.search(path)):
        return Leads.OFFER
    return Leads.AUTHOR if _WRITING.search(path) else Leads.NOWHERE
