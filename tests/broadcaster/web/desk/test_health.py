"""The console's own /healthz, /readyz and /metrics: the public application's, asked from the private side."""

from broadcaster.campaign_states import Role
from broadcaster.web.health import metrics_password
from tests.broadcaster.web.desk.conftest import Desk


async def test_the_console_is_alive_and_ready_for_whoever_asks(desk: Desk) -> None:
    probe = desk.stranger()
    assert (await probe.get("/healthz")).text == "alive\n"
    assert (await probe.get("/readyz")).status_code == 200


async def test_metrics_want_the_password_and_name_routes_not_addresses(desk: Desk) -> None:
    await desk.signed_in("Daniyar", Role.AUTHOR).get("/campaigns/31337")
    probe = desk.stranger()
    assert (await probe.get("/metrics")).status_code == 404
    probe.client.headers["authorization"] = f"Bearer {metrics_password('5' * 64)}"
    told = await probe.get("/metrics")
    assert told.status_code == 200
    assert '"/campaigns/{id:int}"' in told.text
    assert "31337" not in told.text
