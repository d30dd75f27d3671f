"""Is the examination a hall of mirrors? Prints a 1-nearest-neighbour baseline beside the model, how far held-out texts lie from
the training texts, and how well a classifier tells the two apart (0.5 = not at all, 1.0 = at a glance).

    nlu/.venv/bin/python -m nlu.evaluation.mirrors
"""

import sys
from pathlib import Path

import numpy as np
from scipy.sparse import vstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from nlu.evaluation.texts import held_out
from nlu.model import load
from nlu.normalising import normalise
from nlu.phrases import phrases
from nlu.similarity import near_repeats
from nlu.training import fit_matrix


def main() -> int:
    model = load(Path(__file__).parents[1] / "model.tar.gz")
    training, examined = list(phrases()), list(held_out())
    inside = fit_matrix([normalise(p.text) for p in training], model.index, model.idf, model.rarity)
    outside = fit_matrix([normalise(t.text) for t in examined], model.index, model.idf, model.rarity)
    nearest = (outside @ inside.T).tocsr()
    best = np.asarray(nearest.argmax(axis=1)).ravel()
    similarity = np.asarray(nearest.max(axis=1).todense()).ravel()
    truth = np.array([t.intent for t in examined])
    one_nn = np.array([training[i].intent for i in best]) == truth
    ours = np.array([model.rank(t.text).intents[0][0] for t in examined]) == truth
    print(
        f"{len(training)} training phrases, {len(near_repeats([p.text for p in training]))} of them near-repeats of an earlier one"
    )
    print(f"{len(examined)} held-out texts: cosine to the nearest training phrase, median {np.median(similarity):.2f}")
    for label in ("all", *sorted({t.label for t in examined})):
        mask = np.array([label in ("all", t.label) for t in examined])
        print(f"  {label:13} n {mask.sum():5}  1-NN right {one_nn[mask].mean():.3f}  model right {ours[mask].mean():.3f}")
    scams = np.array([t.label in ("scam", "emergency") for t in examined])
    kind = np.array([p.intent not in ("genuine_message", "out_of_scope") for p in training])
    both = vstack([inside[kind], outside[scams]])
    target = np.r_[np.zeros(kind.sum()), np.ones(scams.sum())]
    chances = cross_val_predict(
        LogisticRegression(C=10, class_weight="balanced", max_iter=2000), both, target, cv=5, method="predict_proba"
    )
    print(f"held-out told from training (schemes and emergencies), AUC {roc_auc_score(target, chances[:, 1]):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
