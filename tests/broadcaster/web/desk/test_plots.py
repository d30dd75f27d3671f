"""Plots run nothing, load nothing, and show hostile names as text."""

from xml.etree import ElementTree

import pytest
from starlette.responses import Response

from broadcaster.web.desk import plots
from broadcaster.web.desk.plots import Bar

HOSTILE = [
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "</text></svg><img src=x onerror=alert(1)>",
    "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
    "http://evil.example/x.js",
    "{{ 7*7 }}",
    "\x00\x0b\x1b[31m\u202e",
    "\ud83d",
    "ы" * 5_000,
]
MAY_STAND = {"svg", "defs", "style", "title", "g", "rect", "path", "text", "line", "circle", "tspan"}


def spelt(value: float) -> str:
    return f"{value:.0f}"


def drawn(label: str, title: str = "Отписки") -> list[Response]:
    rows = [Bar(label=label, value=3, low=1, high=5), Bar(label="SMS", value=-1, low=-2, high=0)]
    return [
        plots.bars(title, rows, spelt=spelt, nothing=label),
        plots.columns(title, rows, spelt=spelt, nothing=label),
        plots.bars(title, [], spelt=spelt, nothing=label),
        plots.columns(title, [], spelt=spelt, nothing=label),
    ]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_script_no_handler_and_no_foreign_address_stands_in_a_plot(hostile: str) -> None:
    for answer in [*drawn(hostile), *drawn("Telegram", title=hostile)]:
        svg = bytes(answer.body)
        root = ElementTree.fromstring(svg)
        for node in root.iter():
            assert str(node.tag).rpartition("}")[2] in MAY_STAND
            assert not [name for name in node.attrib if name.lower().startswith("on") or "href" in name]
        assert b"<!--" not in svg
        assert b"url(" not in svg
        assert b"@import" not in svg
        outside = svg.replace(b"http://www.w3.org/2000/svg", b"").replace(b"http://evil.example", b"")
        assert b"http" not in outside, "a reference to somewhere"


def test_a_hostile_name_is_shown_as_it_is() -> None:
    texts = [text.text for text in ElementTree.fromstring(bytes(drawn("<b>&")[0].body)).iter() if text.text]
    assert "<b>&: 3" in texts


def test_each_bar_has_its_number_beside_its_name() -> None:
    answer = plots.bars("x", [Bar(label="Telegram", value=12), Bar(label="SMS", value=4)], spelt=spelt, nothing="")
    svg = bytes(answer.body).decode()
    assert "Telegram: 12" in svg
    assert "SMS: 4" in svg


def test_a_plot_runs_nothing_even_when_it_is_opened_alone() -> None:
    answer = drawn("Telegram")[0]
    assert answer.media_type == "image/svg+xml"
    assert answer.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def test_the_same_numbers_give_the_same_picture() -> None:
    assert bytes(drawn("Telegram")[0].body) == bytes(drawn("Telegram")[0].body)
