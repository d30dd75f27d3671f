"""Fits the weights of bot/verdict/weighing.py on the training phrases and prints the table to put there.

    nlu/.venv/bin/python -m nlu.evaluation.out_of_fold > out_of_fold.jsonl
    .venv/bin/python -m benchmarks.weights out_of_fold.jsonl

Logistic regression over the model's out-of-fold log-odds and the checks that fired, drawn towards the weights that stand
there now (a check that hardly ever fires keeps its prior). The held-out set and the real texts are never read.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.verdict import demands, links, phones
from bot.verdict.evidence import Guess
from bot.verdict.weighing import BASE, EMERGENCIES, NOT_SCHEMES, OF_THE_MODEL, WEIGHTS, Opinion

KINDS = tuple(WEIGHTS)
DRAW = 3.0
"""How strongly a weight is held to its prior: as much as three texts would."""

Floats = NDArray[np.float64]


def main(arguments: Sequence[str]) -> int:
    rows = [json.loads(line) for line in Path(arguments[0]).read_text(encoding="utf-8").splitlines()]
    features = np.array([_features(row) for row in rows])
    guilty = np.array([row["intent"] in EMERGENCIES or row["intent"] not in NOT_SCHEMES for row in rows], dtype=float)
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


def _features(row: dict[str, object]) -> list[float]:
    ranking = row["ranking"]
    text = str(row["text"])
    assert isinstance(ranking, list)
    opinion = Opinion.of(Guess(intents=tuple((name, chance) for name, chance in ranking)))
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
    sys.exit(main(sys.argv[1:]))
