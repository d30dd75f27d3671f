"""The words as they ship, and a copy of them that a test may spoil."""

import shutil
from pathlib import Path

import pytest

from content import library
from content.library import Library, load


@pytest.fixture(scope="session")
def words() -> Library:
    return load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The content folder, to be spoilt."""
    return Path(shutil.copytree(library.HERE, tmp_path / "content"))
