"""The training environment's tests: one training through Rasa's own API for all of them."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def archive() -> Path:
    """The committed archive that the bot uses."""
    return ROOT / "nlu" / "model.tar.gz"


@pytest.fixture(scope="session")
def retrained() -> Path:
    """A fresh training from the tree, by `rasa train nlu` as a person would call it."""
    import rasa.model_training

    folder = tempfile.mkdtemp()
    os.chdir(ROOT)
    path = rasa.model_training.train_nlu(
        config="nlu/config.yml", nlu_data="nlu/data", output=folder, fixed_model_name="model", domain="nlu/domain.yml"
    )
    return Path(path)


@pytest.fixture(scope="session")
def agent(archive: Path):  # type: ignore[no-untyped-def]
    """Rasa's own agent on the committed archive."""
    from rasa.core.agent import load_agent

    os.chdir(ROOT)
    return asyncio.run(load_agent(model_path=str(archive)))
