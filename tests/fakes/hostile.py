"""Bodies that strangers send to webhooks: the same for every door, by seed, each with the name of its kind.

`bodies` starts from a good JSON payload and `forms` from a good form; most of what they yield is nearly right, which is worse.
"""

import copy
import json
import random
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode


class Hostile(NamedTuple):
    kind: str
    content: bytes


LONG = 3 * 1024 * 1024
_VALUES: Mapping[str, Any] = {
    "null": None,
    "true": True,
    "huge integer": 10**400,
    "negative": -(2**63) - 1,
    "fraction": 0.5,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "empty string": "",
    "long string": "ә" * 70_000,
    "lone surrogate": "\ud83d",
    "NUL": "a\x00b",
    "right to left": "\u202egpj.exe\u2066\u200b\U000e0041",
    "markup": "<script>alert(1)</script>{{7*7}}${7*7}' OR 1=1 --",
    "format string": "%s%n{0.__class__}\r\nSet-Cookie: a=b",
    "path": "../../../../etc/passwd",
    "empty list": [],
    "empty object": {},
    "list": [[[[["x"]]]]],
    "object": {"id": {"id": {"id": "id"}}, "__proto__": {"is_admin": True}},
}
_RAW: Mapping[str, bytes] = {
    "empty": b"",
    "white space": b" \r\n\t",
    "deep list": b"[" * 100_000,
    "deep object": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "overflow": b'{"update_id":1e999,"message":{"date":-1e999}}',
    "long digits": b'{"update_id":' + b"9" * 6_000 + b"}",
    "not JSON's numbers": b'{"update_id":NaN,"a":Infinity,"b":-Infinity}',
    "lone surrogates": b'{"update_id":7,"message":{"text":"\\ud800\\udfff\\udc00"}}',
    "invalid UTF-8": b'{"a":"\xff\xfe\xc0\xaf\xed\xa0\x80"}',
    "byte order mark": b'\xef\xbb\xbf{"update_id":7}',
    "UTF-16": '{"update_id":7}'.encode("utf-16"),
    "scalar": b"7",
    "string": b'"update"',
    "list of updates": b'[{"update_id":7},{"update_id":8}]',
    "repeated keys": b'{"update_id":7,"update_id":"8","message":1,"message":[]}',
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "form": b"Body=%00%ff%ed%a0%80&Body=x&From=&=&&%",
    "multipart": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n',
}
_LONG_RAW: Mapping[str, bytes] = {
    "long text": b'{"update_id":7,"message":{"text":"' + b"a" * LONG + b'"}}',
    "long junk": b"\xa5" * LONG,
}


def bodies(seed: int, count: int, *, like: Mapping[str, Any]) -> Iterator[Hostile]:
    """Half of them mutations of the good payload `like`, the rest junk; about one in 300 is 3 MB."""
    chance = random.Random(seed)
    for _ in range(count):
        draw = chance.random()
        if draw < 0.003:
            yield Hostile(*chance.choice(list(_LONG_RAW.items())))
        elif draw < 0.25:
            yield Hostile(*chance.choice(list(_RAW.items())))
        elif draw < 0.4:
            yield Hostile("junk", chance.randbytes(chance.randint(1, 2_000)))
        elif draw < 0.5:
            whole = json.dumps(like).encode()
            yield Hostile("cut short", whole[: chance.randrange(len(whole))])
        else:
            yield _mutated(like, chance)


def forms(seed: int, count: int, *, like: Mapping[str, str]) -> Iterator[Hostile]:
    """The same for a door that takes forms: fields lost, repeated, added, replaced; and all junk that `bodies` knows."""
    chance = random.Random(seed)
    for junk in bodies(seed, count, like=like):
        if chance.random() < 0.5:
            yield junk
            continue
        fields = [(name, value) for name, value in like.items() if chance.random() > 0.1]
        kind = chance.choice(list(_VALUES))
        name = chance.choice([*like, "MessageStatus", "SmsStatus", "\x00", "a[b]"])
        fields.insert(chance.randint(0, len(fields)), (name, str(_VALUES[kind])))
        yield Hostile(f"form with {kind}", urlencode(fields, errors="surrogatepass").encode())


def _mutated(like: Mapping[str, Any], chance: random.Random) -> Hostile:
    """One to three places changed; what is left of it still looks like the real thing."""
    payload = copy.deepcopy(dict(like))
    kind = ""
    for _ in range(chance.randint(1, 3)):
        places = list(_places(payload))
        if not places:
            break
        parent, key = chance.choice(places)
        kind = chance.choice(["lost", *_VALUES])
        if kind == "lost":
            del parent[key]
        else:
            parent[key] = copy.deepcopy(_VALUES[kind])
    return Hostile(f"mutated: {kind}", json.dumps(payload).encode())


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])
