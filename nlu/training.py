"""Fits the classifier that `model` runs; scikit-learn is imported here and nowhere else of ours.

Called by rasa_component inside `rasa train nlu`. Same texts in, same weights out: the order of the texts does not matter.
"""

from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from nlu.model import checksum, counted, features, vector
from nlu.normalising import VERSION, normalise

KEPT = 0.97
"""Share of in-scope texts that the threshold lets through, measured out of fold."""


def fit(texts: Sequence[str], labels: Sequence[str], settings: Dict[str, Any]) -> "Tuple[Dict[str, Any], Dict[str, np.ndarray]]":
    """Description and arrays of a model of these texts; `settings` has C, min_df, most_features, folds."""
    pairs = sorted(set(zip((normalise(t) for t in texts), labels)))
    names, idf = _vocabulary([text for text, _ in pairs], settings["min_df"], settings["most_features"])
    index = {name: i for i, name in enumerate(names)}
    matrix = fit_matrix([text for text, _ in pairs], index, idf)
    classes = sorted(set(labels))
    target = np.array([classes.index(label) for _, label in pairs])
    scores = _out_of_fold(matrix, target, len(classes), settings)
    temperature = _temperature(scores, target)
    threshold = _threshold(scores / temperature, target, classes)
    weights, bias = _train(matrix, target, settings)
    arrays = {
        "names": np.frombuffer("\n".join(names).encode("utf-8"), dtype=np.uint8),
        "idf": idf.astype(np.float32),
        "weights": weights.T.astype(np.float16),
        "bias": bias.astype(np.float32),
    }
    description = {
        "normaliser": VERSION,
        "labels": classes,
        "temperature": round(temperature, 6),
        "threshold": round(threshold, 6),
        "out_of_fold_accuracy": round(float((scores.argmax(1) == target).mean()), 4),
        "texts": len(pairs),
        "checksum": checksum(arrays),
    }
    return description, arrays


def _vocabulary(texts: List[str], min_df: int, most: int) -> "Tuple[List[str], np.ndarray]":
    frequency: Dict[str, int] = {}
    for text in texts:
        for name in set(features(text)):
            frequency[name] = frequency.get(name, 0) + 1
    kept = sorted(((n, f) for n, f in frequency.items() if f >= min_df), key=lambda nf: (-nf[1], nf[0]))[:most]
    names = sorted(name for name, _ in kept)
    idf = np.array([np.log((1 + len(texts)) / (1 + frequency[name])) + 1 for name in names], dtype=np.float32)
    return names, idf.astype(np.float64)


def fit_matrix(texts: Sequence[str], index: Dict[str, int], idf: "np.ndarray") -> csr_matrix:
    """TF-IDF rows of normalised texts, by the same arithmetic as `model.vector`."""
    rows, columns, values = [], [], []
    for row, text in enumerate(texts):
        where, what = vector(counted(features(text), index), idf)
        rows.append(np.full(len(where), row))
        columns.append(where)
        values.append(what)
    shape = (len(texts), len(index))
    return csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape)


def _train(matrix: csr_matrix, target: "np.ndarray", settings: Dict[str, Any]) -> "Tuple[np.ndarray, np.ndarray]":
    machine = LinearSVC(C=settings["C"], class_weight="balanced", random_state=0, max_iter=5000)
    machine.fit(matrix, target)
    return machine.coef_, machine.intercept_


def _out_of_fold(matrix: csr_matrix, target: "np.ndarray", classes: int, settings: Dict[str, Any]) -> "np.ndarray":
    scores = np.zeros((matrix.shape[0], classes))
    folds = StratifiedKFold(settings["folds"], shuffle=True, random_state=0)
    for inside, outside in folds.split(np.zeros(len(target)), target):
        weights, bias = _train(matrix[inside], target[inside], settings)
        scores[outside] = matrix[outside] @ weights.T + bias
    return scores


def _chances(scores: "np.ndarray") -> "np.ndarray":
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _temperature(scores: "np.ndarray", target: "np.ndarray") -> float:
    def loss(log_temperature: float) -> float:
        chances = _chances(scores / np.exp(log_temperature))
        return float(-np.log(chances[np.arange(len(target)), target] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-4, 2), method="bounded").x))


def _threshold(scores: "np.ndarray", target: "np.ndarray", classes: List[str]) -> float:
    if "out_of_scope" not in classes:
        return 0.0
    foreign = classes.index("out_of_scope")
    known = np.delete(_chances(scores), foreign, axis=1).max(axis=1)
    return float(np.quantile(known[target != foreign], 1 - KEPT))
