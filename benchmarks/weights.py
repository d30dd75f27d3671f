"""Fits the weights of bot/verdict/weighing.py on the development set and prints the table to put there.

    .venv/bin/python -m benchmarks.weights

Logistic regression over the committed model's log-odds and the checks that fired, drawn towards the weights that stand there
now (a check that hardly ever fires keeps its prior). The development set was written by another hand than the training
phrases and is there to be looked at; the held-out set and the real texts are never read here.
"""

import json
import sys

import numpy as np
from numpy.typing import NDArray

from benchmarks.examined import DEVELOPMENT
from bot.understanding import Ear, open_ear
from bot.verdict import demands, links, phones
from bot.verdict.weighing import BASE, OF_THE_MODEL, WEIGHTS, Opinion

KINDS = tuple(WEIGHTS)
DRAW = 3.0
"""How strongly a weight is held to its prior: as much as three texts would."""

Floats = NDArray[np.float64]


def main() -> int:
    rows = [json.loads(line) for file in sorted(DEVELOPMENT.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    ear = open_ear()
    features = np.array([_features(row["text"], ear) for row in rows])
    guilty = np.array([row["label"] in ("scam", "emergency") for row in rows], dtype=float)
    prior = np.array([0.0, OF_THE_MODEL, *(WEIGHTS[kind] for kind in KINDS)])
    weights = _fitted(features, guilty, prior)
    print(f"offset {weights[0]:+.2f} (BASE {BASE}), OF_THE_MODEL = {weights[1]:.2f}")
    for kind, column, weight in zip(KINDS, features.T[2:], weights[2:], strict=True):
        fired = column > 0
        of_scams = guilty[fired].mean() if fired.any() else 0
        print(f"{kind.name:24} {weight:+.2f}  (now {WEIGHTS[kind]:+.1f}; fired {int(fired.sum())}, of scams {of_scams:.2f})")
    chances = 1 / (1 + np.exp(-(features @ weights)))
    for bound in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        caught, falsely = (chances[guilty == 1] >= bound).mean(), (chances[guilty == 0] >= bound).mean()
        print(f"p ≥ {bound}: caught {caught:.3f}, falsely {falsely:.4f}")
    return 0


def _features(text: str, ear: Ear) -> list[float]:
    opinion = Opinion.of(ear.hear(text))
    fired = {check.kind for check in (*links.check(text), *phones.check(text), *demands.check(text)) if check.fired}
    return [1.0, opinion.log_odds, *(1.0 if kind in fired else 0.0 for kind in KINDS)]


def _fitted(features: Floats, guilty: Floats, prior: Floats, steps: int = 50) -> Floats:
    """Newton's method; the offset and the model's own weight are free, the others are drawn to their prior."""
    held = np.array([0.0, 0.0, *([DRAW] * len(KINDS))])
    weights = prior.copy()
    for _ in range(steps):
        chances = 1 / (1 + np.exp(-(features @ weights)))
        slope = features.T @ (guilty - chances) - held * (weights - prior)
        curve = (features * (chances * (1 - chances))[:, None]).T @ features + np.diag(held + 1e-9)
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-8:
            break
    return weights


if __name__ == "__main__":
    sys.exit(main())
