"""Flashes and bulletins in the same words: two events are two stories, and a copy stays a copy."""

from __future__ import annotations

import pytest

from pipeline.copies import pair
from pipeline.copies.fingerprints import read_body
from pipeline.story import RelationKind, Story, digest
from tests.pipeline.copies.texts import NOON, row, told
from tests.world.stories import told as world

COPIES = {RelationKind.COPY, RelationKind.EXACT, RelationKind.TRUNCATED}
JOINED = COPIES | {RelationKind.VERSION, RelationKind.CORRECTION}

REST = (
    " The ministry said that most of them had been brought down over the coast and that nobody was "
    "hurt. Fires that broke out in two depots near the railway were put out by the morning."
)
EVENTS = {
    "who": ("Dahran shot down 12 drones at night.", "Ostmark shot down 12 drones at night."),
    "where": ("Shells fell on Karsin at four.", "Shells fell on Velmar at four."),
    "direction": ("Four died in northern Sahl.", "Four died in southern Sahl."),
    "order": ("The first brigade left Sahl.", "The second brigade left Sahl."),
    "denial": ("Dahran said it fired at ships.", "Dahran denied it fired at ships."),
    "not": ("Dahran will take part in the talks.", "Dahran will not take part in the talks."),
    "sex": ("Nine men were held at the port.", "Nine women were held at the port."),
    "day": ("Shells fell on Sahl on Monday.", "Shells fell on Sahl on Tuesday."),
    "whose": ("Dahran said that Ostmark had fired.", "Ostmark said that Dahran had fired."),
    "rise": ("Dahran's exports rose in spring.", "Dahran's exports fell in spring."),
}


def filed(name: str, text: str) -> Story:
    """A story of one outlet."""
    return Story(
        key=digest(name),
        url=f"https://{name}.example/a",
        headline=f"{name} {text[:20]}",
        outlet=name,
        body=tuple(text.split("\n\n")),
    )


@pytest.mark.parametrize("case", EVENTS)
@pytest.mark.parametrize("rest", [REST, ""], ids=["bulletin", "flash"])
def test_one_word_makes_another_story(case: str, rest: str) -> None:
    """What happened to another, elsewhere, or did not happen is told in the same words."""
    one, other = EVENTS[case]
    assert pair(filed("a", one + rest), filed("b", other + rest), NOON).relation not in JOINED


EDITED = {
    "spelling": ("Shells fell on Kyiv at four.", "Shells fell on Kiev at four."),
    "people": ("Dahranian jets bombed Velmar.", "Dahran's jets bombed Velmar."),
    "house-words": ("Dahran reported a raid on Sahl.", "Dahran announced a raid on Sahl."),
    "speech": ("Dahran said it fired at ships.", "Dahran stated it fired at ships."),
    "quotes": ("Dahran’s “jets” bombed Velmar.", 'Dahran\'s "jets" bombed Velmar.'),
}


@pytest.mark.parametrize("case", EDITED)
def test_what_an_editor_changes_leaves_a_copy(case: str) -> None:
    """Other spellings and other words for the same are no other facts."""
    one, other = EDITED[case]
    assert pair(filed("a", one + REST), filed("b", other + REST), NOON).relation in COPIES


ABROAD = {
    "arabic": (
        "أسقطت دهران 12 مسيرة فوق أراضيها خلال الليل وفق وزارة الدفاع ولم يصب أحد بأذى",
        "أسقطت أوستمارك 12 مسيرة فوق أراضيها خلال الليل وفق وزارة الدفاع ولم يصب أحد بأذى",
    ),
    "persian": (
        "در شمال سهل چهار نفر در پی گلوله‌باران شامگاه یکشنبه کشته شدند و بازار بسته ماند",
        "در جنوب سهل چهار نفر در پی گلوله‌باران شامگاه یکشنبه کشته شدند و بازار بسته ماند",
    ),
    "russian": (
        "Армия Дахрана сбила ночью 12 беспилотников над своей территорией, пострадавших нет.",
        "Армия Остмарка сбила ночью 12 беспилотников над своей территорией, пострадавших нет.",
    ),
    "hindi": (
        "उत्तरी सहल में रविवार को गोलाबारी में चार लोग मारे गए और बाज़ार बंद रहा।",
        "दक्षिणी सहल में रविवार को गोलाबारी में चार लोग मारे गए और बाज़ार बंद रहा।",
    ),
    "chinese": (
        "达赫兰国防部说夜间在本国领土上空击落十二架无人机，没有人员伤亡。",
        "奥斯马国防部说夜间在本国领土上空击落十二架无人机，没有人员伤亡。",
    ),
    "thai": (
        "ดาห์รานยิงโดรนตกสิบสองลำเหนือดินแดนของตนในช่วงกลางคืน ไม่มีผู้บาดเจ็บ",
        "ออสต์มาร์กยิงโดรนตกสิบสองลำเหนือดินแดนของตนในช่วงกลางคืน ไม่มีผู้บาดเจ็บ",
    ),
    "german": (
        "Im Norden von Sahl starben am Sonntag vier Menschen, teilten Ärzte in Velmar mit.",
        "Im Süden von Sahl starben am Sonntag vier Menschen, teilten Ärzte in Velmar mit.",
    ),
    "turkish": (
        "Sahl'ın kuzeyinde pazar günü dört kişi öldü, doktorlar Velmar'da açıkladı.",
        "Sahl'ın güneyinde pazar günü dört kişi öldü, doktorlar Velmar'da açıkladı.",
    ),
}


@pytest.mark.parametrize("case", ABROAD)
def test_one_word_makes_another_story_in_any_script(case: str) -> None:
    """Names need no capitals to count."""
    one, other = ABROAD[case]
    assert pair(filed("a", one), filed("b", other), NOON).relation not in JOINED


SCRIPTS = ("zh", "th", "lo", "km", "my", "bo", "hi", "ur", "fa", "ar")


@pytest.mark.parametrize("name", SCRIPTS)
def test_copies_in_scripts_without_spaces(name: str) -> None:
    """A copy that lost its last paragraph, or was set in one, is the same text."""
    body = world(name).body
    whole = filed("a", "\n\n".join(body))
    cut = filed("b", "\n\n".join(body[:-1]))
    joined = filed("c", " ".join(body))
    assert pair(whole, cut, NOON).relation in COPIES
    assert pair(whole, joined, NOON).relation in COPIES


ANOTHER = {
    "zh": "中央银行周二宣布降低利率，这是两年来的第一次。分析人士说，企业贷款会更便宜，但通货膨胀"
    "可能再次上升。行长在记者会上说，委员会将在九月再次开会。",
    "th": "ธนาคารกลางประกาศลดอัตราดอกเบี้ยเมื่อวันอังคาร นับเป็นครั้งแรกในรอบสองปี "
    "นักวิเคราะห์กล่าวว่าสินเชื่อธุรกิจจะถูกลง แต่เงินเฟ้ออาจเพิ่มขึ้นอีกครั้ง",
    "my": "ဗဟိုဘဏ်က အင်္ဂါနေ့တွင် အတိုးနှုန်းကို လျှော့ချကြောင်း ကြေညာခဲ့သည်။ နှစ်နှစ်အတွင်း ပထမဆုံးအကြိမ် ဖြစ်သည်။",
    "km": "ធនាគារកណ្តាលបានប្រកាសបន្ថយអត្រាការប្រាក់នៅថ្ងៃអង្គារ។ នេះជាលើកដំបូងក្នុងរយៈពេលពីរឆ្នាំ។",
}


@pytest.mark.parametrize("name", ANOTHER)
def test_other_stories_in_scripts_without_spaces(name: str) -> None:
    """Letters that all texts of a script share make no copy."""
    one = filed("a", "\n\n".join(world(name).body))
    report = pair(one, filed("b", ANOTHER[name]), NOON)
    assert report.relation is RelationKind.NEW
    assert report.containment < 0.1


@pytest.mark.parametrize(("words", "kept"), [(100, True), (101, False)])
def test_facts_are_kept_of_a_hundred_words(words: int, kept: bool) -> None:
    """A longer text is told by its passages, and costs more to keep."""
    assert (read_body(told(row(words)).body).facts is not None) is kept


@pytest.mark.parametrize(("count", "told_apart"), [(40, True), (41, False)])
def test_words_without_capitals_are_facts_in_forty(count: int, told_apart: bool) -> None:
    """In a longer Arabic text a word in another's place is an editor's."""
    some = [f"كلم{chr(0x0628 + place % 20)}{chr(0x0633 + place // 20)}" for place in range(count)]
    one = filed("a", " ".join(some))
    other = filed("b", " ".join([*some[:20], "غيرها", *some[21:]]))
    joined = pair(one, other, NOON).relation in JOINED
    assert joined is not told_apart
