"""Where links lead, by their addresses alone."""

from __future__ import annotations

import pytest

from pipeline.extract.leads import name_leads
from pipeline.story import Leads

LEADS = {
    Leads.OFFER: (
        "https://play.google.com/store/apps/details?id=x",
        "https://news.google.com/publications/x",
        "/newsletter",
        "/app",
        "/login?next=/a",
        "https://quay.example/abo/",
        "https://quay.example/newsletters#today",
    ),
    Leads.ACCOUNT: (
        "https://t.me/harbour",
        "https://www.facebook.com/harbour",
        "//x.com/harbour",
        "https://m.youtube.com/@harbour",
        "https://whatsapp.com/channel/abc",
        "mailto:desk@quay.example",
    ),
    Leads.AUTHOR: ("/author/ilva-brandt", "https://quay.example/yazarlar/mert-kaya/"),
    Leads.NOWHERE: (
        "",
        "#",
        "/news/app-maker-sues",
        "https://quay.example/app",
        "https://redcross.example/donate",
        "https://t.me/harbour/4711",
        "https://x.com/mayor/status/17",
        "https://www.youtube.com/watch?v=x",
        "https://www.facebook.com/mayor/posts/pfbid0x",
        "/author/ilva-brandt/2024/the-ferry",
        "https://[broken",
        "javascript:void(0)",
    ),
}


@pytest.mark.parametrize("leads", LEADS)
def test_an_address_says_where_its_link_leads(leads: Leads) -> None:
    """Offers and accounts are told from pages, and from the single posts that reporters cite."""
    found = {address: name_leads([address]) for address in LEADS[leads]}
    assert found == dict.fromkeys(LEADS[leads], leads)


def test_one_link_to_a_page_speaks_for_the_line() -> None:
    """A line is an offer only where every link of it leads away from stories."""
    assert name_leads([]) is Leads.NOWHERE
    assert name_leads(["/app", "https://t.me/harbour"]) is Leads.OFFER
    assert name_leads(["/author/ilva", "https://t.me/harbour"]) is Leads.AUTHOR
    assert name_leads(["/app", "/news/1"]) is Leads.NOWHERE
