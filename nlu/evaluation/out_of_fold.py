"""Prints, for every training phrase, what a model that has not seen it says: JSON Lines for `python -m benchmarks.weights`.

nlu/.venv/bin/python -m nlu.evaluation.out_of_fold > out_of_fold.jsonl
"""

import json
import sys
from pathlib import Path

import yaml

from nlu.phrases import phrases
from nlu.training import out_of_fold


def main() -> int:
    config = yaml.safe_load((Path(__file__).parents[1] / "config.yml").read_text(encoding="utf-8"))
    all_phrases = list(phrases())
    classes, chances = out_of_fold([p.text for p in all_phrases], [p.intent for p in all_phrases], config["pipeline"][0])
    for phrase, row in zip(all_phrases, chances):
        ranking = sorted(zip(classes, map(float, row)), key=lambda named: -named[1])
        print(
            json.dumps(
                {"text": phrase.text, "intent": phrase.intent, "language": phrase.language, "ranking": ranking},
                ensure_ascii=False,
            )
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
