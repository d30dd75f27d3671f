import stat
import threading
from pathlib import Path

import pytest
from pydantic import ValidationError

from broadcaster.settings import MissingAddressKey, Settings, file_of, where_from


@pytest.fixture(autouse=True)
def empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("SAQBOL_DATABASE", "SAQBOL_ADDRESS_KEY", "SAQBOL_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_fresh_place_makes_its_own_secrets_once(empty_place: Path) -> None:
    first, second = Settings(), Settings()
    assert first == second
    assert first.database == "sqlite:///saqbol.db"
    assert first.address_key != first.secret
    files = sorted(empty_place.iterdir())
    assert [file.name for file in files] == ["saqbol.db.key", "saqbol.secret.db.key"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_processes_that_start_together_agree(empty_place: Path) -> None:
    barrier, seen = threading.Barrier(8), set()

    def start() -> None:
        barrier.wait()
        settings = Settings()
        seen.add((settings.address_key.get_secret_value(), settings.secret.get_secret_value()))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 1
    assert len(list(empty_place.iterdir())) == 2


def test_a_database_without_its_key_gets_no_new_key(empty_place: Path) -> None:
    (empty_place / "saqbol.db").touch()
    with pytest.raises(MissingAddressKey, match=r"saqbol\.db\.key is not"):
        Settings()
    assert not (empty_place / "saqbol.db.key").exists()


def test_the_environment_comes_before_the_file_and_an_empty_value_counts_as_none(
    empty_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_place / ".env").write_text(f"SAQBOL_SECRET=from-the-file\nSAQBOL_ADDRESS_KEY={'ab' * 32}\nOTHER=1\n")
    monkeypatch.setenv("SAQBOL_SECRET", "from-the-environment")
    monkeypatch.setenv("SAQBOL_DATABASE", "")
    settings = Settings()
    assert settings.secret.get_secret_value() == "from-the-environment"
    assert where_from(settings) == {
        "SAQBOL_DATABASE": "default",
        "SAQBOL_ADDRESS_KEY": ".env",
        "SAQBOL_SECRET": "environment",
    }
    assert not (empty_place / "saqbol.db.key").exists()


def test_settings_print_no_secret_and_do_not_change() -> None:
    settings = Settings()
    assert settings.address_key.get_secret_value() not in f"{settings!r} {settings}"
    with pytest.raises(ValidationError):
        settings.secret = settings.address_key


@pytest.mark.parametrize("key", ["12", "ab" * 31, "zz" * 32])
def test_a_bad_key_is_refused_and_not_repeated(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAQBOL_ADDRESS_KEY", key)
    with pytest.raises(ValidationError, match="64 hexadecimal digits") as refusal:
        Settings()
    assert key not in str(refusal.value).replace("address_key", "")


@pytest.mark.parametrize("url", ["saqbol.db", "postgresql://host/x", "sqlite://", "sqlite:///"])
def test_a_database_address_of_another_form_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAQBOL_DATABASE", url)
    with pytest.raises(ValidationError, match="looks like"):
        Settings()


def test_three_slashes_are_relative_and_four_absolute() -> None:
    assert file_of("sqlite:///a/b.db") == Path("a/b.db")
    assert file_of("sqlite:////a/b.db") == Path("/a/b.db")
