"""The same intents in the training, the weighing and the words: a scheme the model knows and the cards do not would be mute."""

from pathlib import Path

import yaml

from bot.verdict.evidence import Kind
from bot.verdict.weighing import CONVERSATION, EMERGENCIES, SCHEME_OF, WEIGHTS
from content import library

NLU = Path(__file__).parents[2] / "nlu"


def test_the_groups_of_the_ear_are_those_of_the_weighing() -> None:
    groups = yaml.safe_load((NLU / "config.yml").read_text(encoding="utf-8"))["pipeline"][0]["groups"]
    assert set(groups["emergency"]) == EMERGENCIES
    assert set(groups["talk"]) == CONVERSATION


def test_every_scheme_the_ear_knows_has_a_card_and_the_other_way_round() -> None:
    intents = set(yaml.safe_load((NLU / "domain.yml").read_text(encoding="utf-8"))["intents"])
    schemes = intents - EMERGENCIES - CONVERSATION - {"genuine_message", "out_of_scope"}
    assert schemes == set(library.load().schemes)


def test_every_kind_of_evidence_has_a_weight_or_comes_from_the_model_or_a_judged_case() -> None:
    assert set(Kind) - set(WEIGHTS) == {Kind.WORDS_OF_SCHEME, Kind.KNOWN_CASE}


def test_evidence_speaks_only_for_schemes_that_exist() -> None:
    assert set(SCHEME_OF.values()) <= set(library.load().schemes)
