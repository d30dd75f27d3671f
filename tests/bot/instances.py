"""An instance of the bot in a folder of its own, for tests that need settings; `.env` and the files beside it do not count."""

from pathlib import Path
from typing import Any

from bot.settings import Settings

KEY = "11" * 32
SECRET = "22" * 32


def settings_in(folder: Path, **given: Any) -> Settings:
    database = f"sqlite:///{folder / 'saqbol.db'}"
    return Settings(**{"_env_file": None, "database": database, "address_key": KEY, "secret": SECRET, **given})
