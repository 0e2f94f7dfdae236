"""The address of an entry's page, as feeds print it: without a scheme, with one too many, with
line breaks in it, or words where an address should stand.

Addresses that lead through a counter to the story stay as they are: they are what was published.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pipeline.urls import safe_link

_WEB = re.compile(r"https?://(?!https?:)[^\s/\\<>\"{}]", re.IGNORECASE)
_BREAK = re.compile(r"\s*[\r\n]+\s*")
_HREF = re.compile(r"\bhref\s*=\s*[\"']?([^\"'<>\s]{1,4000})", re.IGNORECASE)
_IN_TEXT = re.compile(r"https?://[^\s<>\"']{1,4000}", re.IGNORECASE)
_FEED = re.compile(r"(?:feed|view-source|url):(?=/|https?:)", re.IGNORECASE)
# "http:/host", "http//host", "https:\\host", "http://http://host" and the like
_SCHEME = re.compile(
    r"(?:h?t?tps?:?[/\\]{1,4}(?=https?:)|htt?ps?(?:\s?:[/\\]{0,4}|//)){1,3}", re.IGNORECASE
)
_HOST = re.compile(
    r"((?:[\w-]{1,63}\.){1,10}[^\W\d_][\w-]{1,62}|\d{1,3}(?:\.\d{1,3}){3}|localhost)"
    r"(:\d{1,5})?(?=[/?#]|\Z)"
)
_OTHER_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}:")
# what a relative address has and a word has not
_RELATIVE = re.compile(r"[/?.#]")
_PLACEHOLDER = re.compile(r"[{}\[\]<>]|%[A-Za-z_]{3,40}%")
# names of files that look like names of hosts; "pl" is Poland's as well
_ENDINGS = "asp aspx cfm cgi do htm html jsf json jsp md pdf php php3 php5 rss shtml txt xhtml xml"
_FILES = frozenset(_ENDINGS.split())


def read_link(printed: str, base: str) -> str:
    """What an entry's link leads to, as an absolute http/https URL; '' where it is no address."""
    if _WEB.match(printed) and not any(mark in printed for mark in " \\\n\r<"):
        return safe_link(printed, base)
    link = _BREAK.sub("", _unwrap(printed.strip()))
    link = _FEED.sub("", link, count=1)
    scheme = _SCHEME.match(link)
    if scheme:
        rest = link[scheme.end() :].lstrip("/\\ ")
        kind = "https://" if "https" in scheme.group().lower() else "http://"
        return safe_link(kind + rest.replace("\\", "/"), base) if rest else ""
    if _names_host(link, base):
        return safe_link(f"{urlsplit(base).scheme or 'https'}://{link}", base)
    if _OTHER_SCHEME.match(link) or not _is_relative(link):
        return ""
    # a feed's query may hold its reader's key: "#one" must not bring it into the story's address
    bare = base.partition("#")[0].partition("?")[0]
    found = safe_link(link, bare)
    return "" if found == safe_link(bare) else found  # "#" and "//" lead to the feed itself


def read_guid(guid: str, base: str) -> str:
    """What an entry's id leads to, '' where it only names the entry, whatever the feed says of it.

    An id may be an address; a word or a number beside which there is no link is none.
    """
    guid = guid.strip()
    if " " in guid or not ("/" in guid or _names_host(guid, base) or _is_file(guid)):
        return ""
    return read_link(guid, base)


def _unwrap(link: str) -> str:
    """The address inside of markup, brackets or quotation marks."""
    if "<" in link:
        found = _HREF.search(link)
        if found:
            return found[1]
        named = _IN_TEXT.search(link)
        return named.group() if named else ""
    return link.strip("\"'()")


def _names_host(link: str, base: str) -> bool:
    """Whether the link begins with the name of a host, and only its scheme is lost."""
    found = _HOST.match(link)
    if not found:
        return False
    name = found[1].lower()
    if name == (urlsplit(base).hostname or "") or name.startswith("www."):
        return True
    return found.end() < len(link) and name.rpartition(".")[2] not in _FILES


def _is_file(link: str) -> bool:
    return link.partition("?")[0].rpartition(".")[2].lower() in _FILES


def _is_relative(link: str) -> bool:
    """Whether a link without a host can be one of a page: "see our site" can not."""
    if _PLACEHOLDER.search(link):
        return False
    if " " in link and "/" not in link and not _is_file(link):
        return False
    return bool(_RELATIVE.search(link))
