"""What an approver compares: whatever differs between two contents is told, and nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster import campaign_changes
from broadcaster.campaign_changes import Kind, Piece
from broadcaster.campaign_content import Content
from content.language import Language
from tests.broadcaster.test_campaigns import content

CHANGED: dict[str, Any] = {
    "name": "Другая",
    "scheme": "phishing-link",
    "purpose": "educate",
    "legal_basis": "public-task",
    "segment": {"language": "kk"},
    "channels": ["sms", "telegram"],
    "template": {"name": "Пирамида", "variables": {"link": "egov.kz"}},
    "emergency": True,
    "budget": 1_000,
    "control": 0.2,
    "control_hours": 48,
    "whatsapp_template": {"kk": f"HX{'1' * 32}", "ru": f"HX{'2' * 32}"},
    "schedule": "2026-11-30 10:00",
    "repeat": {"every_weeks": 4, "until": "2027-06-30"},
}
texts = st.text(alphabet="аб ғ.\n12-", max_size=60)


@pytest.mark.parametrize("field", sorted(CHANGED))
def test_a_field_that_changed_is_told_alone(field: str) -> None:
    (change,) = campaign_changes.between(content(), content(**{field: CHANGED[field]}))
    assert change.field == field


def test_every_field_of_a_campaign_is_compared() -> None:
    assert set(CHANGED) | {"text", "drill"} == set(Content.model_fields)
    (drill,) = campaign_changes.between(content(channels=["paper"]), content(channels=["paper"], drill=True))
    assert drill.field == "drill"


def test_the_same_content_has_no_changes() -> None:
    assert campaign_changes.between(content(), content()) == ()


def test_texts_are_told_by_language_also_one_that_came_or_went() -> None:
    before = content(text={"kk": "Абай болыңыз!", "ru": "Осторожно!", "en": "Beware!"})
    after = content(text={"kk": "Абай болыңыз!", "ru": "Очень осторожно!"})
    russian, english = campaign_changes.between(before, after)
    assert (russian.language, english.language) == (Language.RU, Language.EN)
    assert english.pieces == (Piece(Kind.REMOVED, "Beware!"),)


def test_one_word_that_changed_is_one_word() -> None:
    pieces = campaign_changes.words("Не сообщайте код никому.", "Не сообщайте пароль никому.")
    assert pieces == (
        Piece(Kind.SAME, "Не сообщайте "),
        Piece(Kind.REMOVED, "код"),
        Piece(Kind.ADDED, "пароль"),
        Piece(Kind.SAME, " никому."),
    )


@given(texts, texts)
def test_the_pieces_are_both_texts_and_no_piece_is_empty(before: str, after: str) -> None:
    pieces = campaign_changes.words(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.REMOVED) == after
    assert all(piece.text for piece in pieces)


def test_a_text_of_one_letter_and_blanks_is_compared_too() -> None:
    pieces = campaign_changes.words("a " * 2_000, "a b " * 1_000)
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.REMOVED) == "a b " * 1_000
