"""The committed archive is what the tree trains."""

import numpy as np
import pytest

from nlu.fingerprint import fingerprint
from nlu.model import load


def test_the_archive_was_trained_from_the_data_config_and_code_of_this_tree(archive):
    assert load(archive).description["trained_from"] == fingerprint(), "run ./train and commit nlu/model.tar.gz"


def test_training_again_gives_the_same_weights(archive, retrained):
    old, new = load(archive), load(retrained)
    assert old.labels == new.labels
    assert old.index == new.index
    assert np.abs(old.weights - new.weights).max() <= 1e-9
    assert np.abs(old.bias - new.bias).max() <= 1e-9
    assert new.temperature == pytest.approx(old.temperature, abs=1e-9)
