"""What we send keeps to Twilio's published description: Prism stands between and refuses what does not."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from broadcaster.addresses import Channel
from broadcaster.channels.message import Template
from broadcaster.channels.outcome import Accepted, TryLater
from broadcaster.channels.twilio import Twilio
from tests.broadcaster.channels.letters import address, message
from tests.fakes.tools import needs, node
from tests.fakes.twilio_api import SID, TOKEN

PRISM = "@stoplight/prism-cli/dist/index.js"
SPECIFICATION = Path(__file__).parents[4] / "shared" / "specs" / "twilio_api_v2010.json"
AIGUL = address(Channel.PHONE, "+77011234567")

pytestmark = [
    *needs(PRISM),
    pytest.mark.skipif(not SPECIFICATION.exists(), reason="Twilio's published description is not beside the project"),
]


@pytest.fixture(scope="module")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    arguments = ["mock", "--errors", "-h", "127.0.0.1", "-p", "{port}", str(SPECIFICATION)]
    with node(PRISM, arguments, folder=tmp_path_factory.mktemp("prism")) as url:
        yield url


@pytest.fixture
async def twilio(prism: str) -> AsyncIterator[Twilio]:
    twilio = Twilio(
        account_sid=SID,
        auth_token=TOKEN,
        api=prism,
        public_url="https://bot.example.kz",
        sms_from="+77270000001",
        whatsapp_from="+77270000002",
    )
    yield twilio
    await twilio.close()


async def test_an_sms_keeps_to_the_description(twilio: Twilio) -> None:
    assert isinstance(await twilio.send(message(AIGUL)), Accepted)


async def test_a_whatsapp_template_keeps_to_the_description(twilio: Twilio) -> None:
    template = Template(sid="HX" + "a" * 32, variables={"1": "K7M2"})
    letter = message(address(Channel.WHATSAPP, "+77011234567"), template=template)
    assert isinstance(await twilio.send(letter), Accepted)


async def test_what_breaks_the_description_is_turned_away_there(twilio: Twilio) -> None:
    """The gate is shut: a content SID of the wrong shape does not pass."""
    template = Template(sid="not a content SID", variables={})
    letter = message(address(Channel.WHATSAPP, "+77011234567"), template=template)
    assert isinstance(await twilio.send(letter), TryLater)
