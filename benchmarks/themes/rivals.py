"""What our definitions are measured against: plain keyword lists, and a linear model on words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec

from benchmarks.themes.stories import THEMES, Labelled

Classifier = Callable[[Labelled], Mapping[str, bool]]

_KEYWORDS = {
    "ground_fighting": "clashes|clashed|fighting|offensive|shelling|shelled|artillery|mortars?|"
    "rockets?|besieged|"
    "siege|ground troops|battles?|ambush(?:ed)?|rebels advanced?|recaptured?|retook|frontline|"
    "front line|roadside bomb",
    "air_campaign": "air ?strikes?|air-strikes?|air raids?|warplanes?|fighter jets?|bombing|bombed|"
    "barrel bombs?|"
    "drones?|(?:cruise|ballistic) missiles?|missile (?:strikes?|attacks?)|sorties|shot down|"
    "airspace|gunships?",
    "diplomacy": "peace talks|talks|negotiations?|cease-?fire|truce|foreign ministers?|envoys?|"
    "security council|"
    "sanctions|ambassadors?|summit|diplomat(?:s|ic)?|treaty|mediat(?:ed|ion|ors?)|resolution",
}


def keywords() -> Classifier:
    """A theme is there where one of a dozen or two words is: what most desks start with."""
    patterns = {
        theme: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for theme, words in _KEYWORDS.items()
    }
    return lambda item: {theme: bool(p.search(item.text)) for theme, p in patterns.items()}


def learned(
    items: Sequence[Labelled], extra: Sequence[Labelled] = (), folds: int = 5
) -> Classifier | None:
    """TF-IDF and logistic regression; each story is judged by a model that has not seen it (None:
    no scikit-learn).

    ``extra`` is trained on in every fold.
    """
    if not find_spec("sklearn"):
        return None
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    answers: dict[str, dict[str, bool]] = {item.story.key: {} for item in items}
    for theme in THEMES:
        for fold in range(folds):
            train = [x for i, x in enumerate(items) if i % folds != fold] + list(extra)
            train = [x for x in train if theme in x.reported]
            model = make_pipeline(
                TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
                LogisticRegression(C=20, class_weight="balanced", max_iter=2000),
            )
            model.fit([x.text for x in train], [x.reported[theme] for x in train])
            for item in items[fold::folds]:
                answers[item.story.key][theme] = bool(model.predict([item.text])[0])
    return lambda item: answers[item.story.key]
