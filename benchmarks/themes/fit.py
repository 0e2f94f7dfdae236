"""Fit each theme's curve (from best sentence, more sentences, headline to a probability) on
labelled stories.

    python -m benchmarks.themes.fit [--data DIR]

Ridge logistic regression towards the curve that stands in the definition, so that few stories move
it little; weights never fall below zero. Prints the fitted numbers, and the log loss and Brier
score of the standing curve and of one fitted in five folds on stories it has not seen: take the
fitted numbers only where they are better.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from benchmarks.themes.stories import FOLDER, THEMES, Labelled, blind, labelled, own
from pipeline import themes

Weights = tuple[float, float, float, float]
Row = tuple[tuple[float, float, float, float], bool]
RIDGE, STEPS, RATE = 0.02, 3000, 0.05


def rows(items: Sequence[Labelled], compiled: themes.Themes, theme: str) -> list[Row]:
    """Features (one first, for the bias) and label of every story whose theme is scored and has any
    evidence."""
    out: list[Row] = []
    for item in items:
        if theme in item.reported:
            best, more, headline = compiled.measure_features(item.story)[theme]
            if best:
                out.append(((1.0, min(best, 1.25), more, headline), item.reported[theme]))
    return out


def chance(weights: Weights, features: Weights) -> float:
    """The probability that the curve gives."""
    return 1.0 / (1.0 + math.exp(-sum(w * x for w, x in zip(weights, features, strict=True))))


def fit(data: Sequence[Row], prior: Weights) -> Weights:
    """Gradient descent from the prior, drawn back to it by the ridge."""
    weights = list(prior)
    for _ in range(STEPS):
        slope = [RIDGE * (w - p) for w, p in zip(weights, prior, strict=True)]
        for features, label in data:
            error = (chance((*weights,), features) - label) / len(data)
            slope = [s + error * x for s, x in zip(slope, features, strict=True)]
        weights = [w - RATE * s for w, s in zip(weights, slope, strict=True)]
        weights[1:] = [max(w, 0.0) for w in weights[1:]]
    return (weights[0], weights[1], weights[2], weights[3])


def losses(pairs: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Log loss and Brier score."""
    log = -sum(math.log(max(p if y else 1 - p, 1e-9)) for p, y in pairs) / len(pairs)
    return log, sum((p - y) ** 2 for p, y in pairs) / len(pairs)


def main() -> None:
    """Fit and print, theme by theme."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--data", type=Path)
    options = arguments.parse_args()
    compiled = themes.load(FOLDER)
    items = own() + blind() + (labelled(options.data) if options.data else [])
    for theme in THEMES:
        curve = next(t.curve for t in compiled.definitions if t.id == theme)
        prior = (curve.bias, curve.best, curve.more, curve.headline)
        data = rows(items, compiled, theme)
        unseen = []
        for fold in range(5):
            weights = fit([r for i, r in enumerate(data) if i % 5 != fold], prior)
            unseen += [(chance(weights, features), label) for features, label in data[fold::5]]
        standing = losses([(chance(prior, features), label) for features, label in data])
        print(f"{theme}: n = {len(data)}; standing log loss {standing[0]:.4f}, Brier "
              f"{standing[1]:.4f}; "
              "fitted, unseen {:.4f}, {:.4f}".format(*losses(unseen)))  # fmt: skip
        print(
            "  bias = {:.2f}\n  best = {:.2f}\n  more = {:.2f}\n  headline = {:.2f}".format(
                *fit(data, prior)
            )
        )


if __name__ == "__main__":
    main()
