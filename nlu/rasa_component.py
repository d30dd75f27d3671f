"""The ear as a Rasa graph component: `rasa train nlu` fits it, Rasa's own agent parses with it.

Imported in the training environment only; the bot reads the same archive through nlu.model and never imports Rasa.
"""

import json
from typing import Any, Dict, List, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.fingerprint import fingerprint
from nlu.model import Model, opened
from nlu.training import fit


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(GraphComponent):
    """LinearSVC on TF-IDF of words and character n-grams; probabilities by a temperature fitted out of fold."""

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource, model: "Model | None" = None) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"C": 0.5, "min_df": 2, "most_features": 60_000, "folds": 5, "groups": {}}

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "LinearIntentClassifier":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "LinearIntentClassifier":
        with model_storage.read_from(resource) as folder:
            description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            with np.load(folder / "weights.npz", allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
        return cls(config, model_storage, resource, opened(description, arrays))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit and persist as JSON and npz: no pickle, so a swapped archive cannot run code."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        description, arrays = fit([e.get(TEXT) for e in examples], [e.get(INTENT) for e in examples], self._config)
        description["trained_from"] = fingerprint()
        self._model = opened(description, arrays)
        with self._storage.write_to(self._resource) as folder:
            (folder / "model.json").write_text(json.dumps(description, ensure_ascii=False, indent=1), encoding="utf-8")
            np.savez_compressed(folder / "weights.npz", **arrays)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            ranking = [] if self._model is None else self._model.rank(message.get(TEXT) or "").intents
            named = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: chance} for name, chance in ranking]
            message.set(INTENT, named[0] if named else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}, add_to_output=True)
            message.set(INTENT_RANKING_KEY, named, add_to_output=True)
        return messages
