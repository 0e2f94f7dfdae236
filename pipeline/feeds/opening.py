"""A feed's bytes as one document in UTF-8: unzipped, decoded, freed of what stands around it."""

from __future__ import annotations

import re
import zlib

from pipeline.encodings import decode_text
from pipeline.errors import Permanent

_GZIP = b"\x1f\x8b"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_HEAD = 400  # bytes in which an XML declaration ends
_DECLARED = re.compile(rb"(<\?xml[^>]{0,200}?encoding\s*=\s*[\"'])\s*([\w.:-]+)\s*(?=[\"'])")
_LANGUAGE = re.compile(rb"<language>\s*([A-Za-z]{2}(?:-[A-Za-z]{2})?)|xml:lang=[\"']([\w-]{2,5})")
_LOOKED_AT = 16_384  # bytes in which the root element stands
_ROOT = re.compile(
    rb"<(rss|feed|rdf:RDF|urlset|sitemapindex|nitf|newsItem|newsMessage)(?=[\s>])", re.IGNORECASE
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_BEFORE_ROOT = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>\[]*(?:\[.*?\])?[^>]*>", re.DOTALL)
_AFTER_ROOT = re.compile(rb"(?:\s|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)


def open_document(body: bytes, content_type: str, most: int) -> bytes:
    """The document in UTF-8, at most ``most`` bytes of it as sent and as unzipped.

    Permanent past the cap, and where there is nothing.
    """
    if body.startswith(_GZIP):
        try:
            body = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(body, most + 1)
        except zlib.error as error:
            raise Permanent(f"broken gzip: {error}") from None
    if len(body) > most:
        raise Permanent(f"document over {most} bytes")
    body = cut_out_document(make_utf_8(body, content_type))
    if not body.strip():
        raise Permanent("empty document")
    return body


def make_utf_8(body: bytes, content_type: str) -> bytes:
    """The document in UTF-8, and saying so, whatever its server and its first line call it."""
    head = body[:_HEAD]
    served, declared = _CHARSET.search(content_type), _DECLARED.search(head)
    labels = [served[1] if served else "", declared[2].decode("ascii") if declared else ""]
    said = _LANGUAGE.search(body[:_LOOKED_AT])
    language = (said[1] or said[2]).decode("ascii") if said else ""
    data = decode_text(body, labels, language).encode("utf-8", "replace")
    return _DECLARED.sub(rb"\1utf-8", data[:_HEAD]) + data[_HEAD:]


def cut_out_document(body: bytes) -> bytes:
    """The feed without what a faulty program printed before it and behind it.

    Warnings of PHP, blank lines, a frame of HTML, a counter's script: no XML reader takes them.
    """
    # what a comment names is no root
    root = _ROOT.search(_COMMENT.sub(_blank_out, body[:_LOOKED_AT]))
    if not root:
        return body.lstrip()
    begin = body.rfind(b"<?xml", 0, root.start())
    # a style sheet is named by "<?xml" as well
    while begin > 0 and not body[begin + 5 : begin + 6].isspace():
        begin = body.rfind(b"<?xml", 0, begin)
    if begin < 0:
        before = _BEFORE_ROOT.sub(b"", body[: root.start()])
        begin = root.start() if before.strip() else 0
    elif _BEFORE_ROOT.sub(b"", body[begin : root.start()]).strip():
        begin = root.start()
    closing = b"</" + root[1] + b">"
    end = body.rfind(closing)
    end = end + len(closing) if end >= 0 else len(body)
    after = _AFTER_ROOT.match(body, end)
    if after and after.end() == len(body):
        end = len(body)
    return body[begin:end].lstrip()


def _blank_out(found: re.Match[bytes]) -> bytes:
    return b" " * len(found.group())
