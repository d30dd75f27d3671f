"""Every count that is kept, held against a scan of what it counts."""

from broadcaster.database import Connection

_SCANS = {
    "SELECT campaign, route, state, n FROM tally WHERE n <> 0": (
        "SELECT campaign, route, state, count(*) FROM delivery GROUP BY 1, 2, 3"
    ),
    "SELECT campaign, reason, n FROM reason_tally WHERE n <> 0": (
        "SELECT campaign, reason, count(*) FROM attempt WHERE reason <> '' GROUP BY 1, 2"
    ),
    "SELECT campaign, contact FROM unknown_delivery": "SELECT campaign, contact FROM delivery WHERE state = 7",
    "SELECT id, waiting_group FROM campaign WHERE waiting_group <> 0": "SELECT campaign, count(*) FROM waiting GROUP BY 1",
    "SELECT campaign, route, hour, n FROM opt_out_by_hour": (
        "SELECT campaign, route, second / 3600, count(*) FROM opt_out GROUP BY 1, 2, 3"
    ),
    "SELECT day, campaign, route, n FROM opt_out_by_day": (
        "SELECT unixepoch(at, '+5 hours') / 86400, campaign, route, count(*) FROM opt_out GROUP BY 1, 2, 3"
    ),
    "SELECT n FROM register_size WHERE noun = 'contact'": "SELECT count(*) FROM contact",
    "SELECT n FROM register_size WHERE noun = 'stopped'": (
        "SELECT count(*) FROM (SELECT state, max(id) FROM suppression GROUP BY address) WHERE state = 'stopped'"
    ),
}


def agree_with_scans(connection: Connection) -> bool:
    for kept, scan in _SCANS.items():
        kept_rows, scanned = (sorted(tuple(row) for row in connection.execute(sql)) for sql in (kept, scan))
        assert kept_rows == scanned, kept
    return True
