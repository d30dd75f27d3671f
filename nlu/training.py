"""Fits the classifier that `model` runs; scikit-learn is imported here and nowhere else of ours.

Called by rasa_component inside `rasa train nlu`. Same texts in, same weights out: the order of the texts does not matter.
"""

from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from nlu.model import Groups, checksum, counted, features, pieces_in, vector
from nlu.normalising import VERSION, normalise

KEPT = 0.92
"""Share of in-scope texts that the threshold lets through, measured out of fold."""


def fit(texts: Sequence[str], labels: Sequence[str], settings: Dict[str, Any]) -> "Tuple[Dict[str, Any], Dict[str, np.ndarray]]":
    """Description and arrays of a model of these texts; `settings` has C, min_df, most_features, folds and groups.

    Two steps: first which group (a scheme, an emergency, talk with the bot, a genuine message, something foreign), then which
    intent inside it. One flat softmax over 34 intents gave a text of which nothing is known 20 in 34 odds of being a scheme.
    """
    pairs = sorted(set(zip((normalise(t) for t in texts), labels)))
    names, idf = _vocabulary([text for text, _ in pairs], settings["min_df"], settings["most_features"])
    index = {name: i for i, name in enumerate(names)}
    rarity = round(float(np.log((1 + len(pairs)) / 2) + 1), 6)
    matrix = fit_matrix([text for text, _ in pairs], index, idf, rarity)
    classes = sorted(set(labels))
    groups = [_group(label, settings["groups"]) for label in classes]
    grouping = Groups(groups)
    target = np.array([classes.index(label) for _, label in pairs])
    coarse = grouping.membership[target]
    fine_scores = _out_of_fold(matrix, target, target, len(classes), settings)
    kinds = len(grouping.kinds)
    group_scores = grouping.supported(_out_of_fold(matrix, coarse, target, kinds, settings), fine_scores)
    temperature = _temperature(fine_scores, target, grouping.membership)
    group_temperature = _temperature(group_scores, coarse, np.zeros(kinds, dtype=int))
    chances = grouping.combined(group_scores / group_temperature, fine_scores, temperature)
    weights, bias = _train(matrix, target, settings)
    group_weights, group_bias = _train(matrix, coarse, settings)
    arrays = {
        "names": np.frombuffer("\n".join(names).encode("utf-8"), dtype=np.uint8),
        "idf": idf.astype(np.float32),
        "weights": np.hstack([weights.T, group_weights.T]).astype(np.float16),
        "bias": np.concatenate([bias, group_bias]).astype(np.float32),
    }
    description = {
        "normaliser": VERSION,
        "labels": classes,
        "groups": groups,
        "temperature": round(temperature, 6),
        "group_temperature": round(group_temperature, 6),
        "threshold": round(_threshold(chances, target, classes), 6),
        "out_of_fold_accuracy": round(float((chances.argmax(1) == target).mean()), 4),
        "texts": len(pairs),
        "rarity": rarity,
        "checksum": checksum(arrays),
    }
    return description, arrays


def _group(label: str, groups: Dict[str, List[str]]) -> str:
    return next((name for name, members in groups.items() if label in members), "scheme")


def _vocabulary(texts: List[str], min_df: int, most: int) -> "Tuple[List[str], np.ndarray]":
    frequency: Dict[str, int] = {}
    for text in texts:
        for name in set(features(text)):
            frequency[name] = frequency.get(name, 0) + 1
    kept = sorted(((n, f) for n, f in frequency.items() if f >= min_df), key=lambda nf: (-nf[1], nf[0]))[:most]
    names = sorted((name for name, _ in kept), key=lambda name: (not name.startswith("w:"), name))
    idf = np.array([np.log((1 + len(texts)) / (1 + frequency[name])) + 1 for name in names], dtype=np.float32)
    return names, idf.astype(np.float64)


def fit_matrix(texts: Sequence[str], index: Dict[str, int], idf: "np.ndarray", rarity: float) -> csr_matrix:
    """TF-IDF rows of normalised texts, by the same arithmetic as `model.vector`."""
    words = sum(name.startswith("w:") for name in index)
    pieces = pieces_in(index)
    rows, columns, values = [], [], []
    for row, text in enumerate(texts):
        counts = counted(text, index, pieces)
        rows.append(np.full(len(counts.columns), row))
        columns.append(counts.columns)
        values.append(vector(counts, idf, words, rarity))
    shape = (len(texts), len(index))
    return csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape)


def _train(matrix: csr_matrix, target: "np.ndarray", settings: Dict[str, Any]) -> "Tuple[np.ndarray, np.ndarray]":
    machine = LinearSVC(C=settings["C"], class_weight="balanced", random_state=0, max_iter=5000)
    machine.fit(matrix, target)
    return machine.coef_, machine.intercept_


def _out_of_fold(
    matrix: csr_matrix, target: "np.ndarray", strata: "np.ndarray", classes: int, settings: Dict[str, Any]
) -> "np.ndarray":
    scores = np.zeros((matrix.shape[0], classes))
    folds = StratifiedKFold(settings["folds"], shuffle=True, random_state=0)
    for inside, outside in folds.split(np.zeros(len(strata)), strata):
        weights, bias = _train(matrix[inside], target[inside], settings)
        scores[outside] = matrix[outside] @ weights.T + bias
    return scores


def _temperature(scores: "np.ndarray", target: "np.ndarray", membership: "np.ndarray") -> float:
    """The temperature under which the softmax among the members of the true label's group is likeliest."""
    rivals = np.where(membership[None, :] == membership[target][:, None], scores, -np.inf)

    def loss(log_temperature: float) -> float:
        heated = rivals / np.exp(log_temperature)
        odds = np.exp(heated - heated.max(axis=1, keepdims=True))
        chances = odds / odds.sum(axis=1, keepdims=True)
        return float(-np.log(chances[np.arange(len(target)), target] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-4, 2), method="bounded").x))


def _threshold(chances: "np.ndarray", target: "np.ndarray", classes: List[str]) -> float:
    if "out_of_scope" not in classes:
        return 0.0
    foreign = classes.index("out_of_scope")
    known = 1 - chances[:, foreign]
    return float(np.quantile(known[target != foreign], 1 - KEPT))
