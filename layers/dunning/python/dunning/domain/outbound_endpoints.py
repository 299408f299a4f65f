"""Where a creditor's events go: the file `webhooks.json`, read and refused. What an address leads
to is known only when it is called, and checked then by whoever calls.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from .fields import Fields, ReadingError, names, nearest, printable
from .outbound import TYPES

ALL_EVENTS = "*"
MOST_ENDPOINTS = 10
LONGEST_URL = 500
HTTPS_PORTS = (443, 8443)
_FIELDS = names("endpoints")
_ENDPOINT = names("id url events enabled")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}\Z")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address, and which types it is told of; none: of all."""

    id: str
    url: str
    events: tuple[str, ...] = ()
    enabled: bool = True

    def takes(self, type_: str) -> bool:
        """Whether it is told of events of that type."""
        return self.enabled and (not self.events or type_ in self.events)


def read_endpoints(raw: object, *, loopback: bool = False) -> tuple[Endpoint, ...]:
    """The endpoints of a settings file, in their order. Raises ReadingError. `loopback`: of the
    local cell, where a receiver on this machine may be called without TLS."""
    entries = Fields(raw, _FIELDS).objects("endpoints", MOST_ENDPOINTS)
    found: list[Endpoint] = []
    for number, entry in enumerate(entries, 1):
        one = Fields(entry, _ENDPOINT, f"endpoints[{number}]")
        endpoint = Endpoint(
            id=_id(one, {known.id for known in found}),
            url=_url(one, loopback=loopback),
            events=_events(one),
            enabled=one.flag("enabled") is not False,
        )
        found.append(endpoint)
    return tuple(found)


def _id(one: Fields, taken: set[str]) -> str:
    value = str(one.need("id")).strip()
    field = f"{one.path}id"
    if not _ID.match(value):
        raise ReadingError(
            "bad_id", field, f"{field} {printable(value)} is not 1 to 32 of a-z, 0-9 and -"
        )
    if value in taken:
        raise ReadingError("taken_twice", field, f"{field} {value} is there twice; rename one")
    return value


def _url(one: Fields, *, loopback: bool) -> str:
    address = one.text("url", LONGEST_URL)
    field = f"{one.path}url"
    if not address:
        raise ReadingError("missing", field, f"{field} is missing; give it")
    try:
        parts = urlsplit(address)
        port = parts.port
        whole = bool(parts.hostname) and parts.username is None and not parts.fragment
    except ValueError:
        whole, port, parts = False, None, urlsplit("")
    if not whole or not address.isascii() or any(sign in address for sign in " \"'<>\\"):
        raise ReadingError(
            "bad_url", field, f"{field} is not an address that can be called; write https://…"
        )
    host = str(parts.hostname)
    if loopback and host in ("127.0.0.1", "localhost"):
        return address
    if parts.scheme != "https" or (port or 443) not in HTTPS_PORTS:
        raise ReadingError(
            "not_https",
            field,
            f"{field} is not https on port {' or '.join(map(str, HTTPS_PORTS))}: what is told is"
            " not for others to read",
        )
    if not public_name(host):
        raise ReadingError(
            "not_public",
            field,
            f"{field} names a host that is not on the internet; webhooks go to public names alone",
        )
    return address


def public_name(host: str) -> bool:
    """Whether a host may be on the internet by its name alone: no address of a private network,
    and no name that only such networks know."""
    try:
        return public_address(host)
    except ValueError:
        last = host.rstrip(".").rpartition(".")[2]
        return "." in host.rstrip(".") and last not in ("local", "internal", "localhost", "arpa")


def public_address(text: str) -> bool:
    """Whether an IP address is one of the internet's: not private, loopback, link-local (where
    clouds keep their metadata), multicast, reserved, or any of these inside an IPv6 one. Raises
    ValueError for what is no address."""
    address = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif address not in _UNICAST or any(address in network for network in _NOT_ENDS):
            return False
    return address.is_global and not address.is_multicast


_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that has been given out of the internet's IPv6 (RFC 4291, IANA). NAT64, translated IPv4 and
site-local addresses, which carry those of other networks within them, lie outside."""
# 6to4 and Teredo carry addresses of other networks as well; the last is for documentation.
_NOT_ENDS = tuple(ipaddress.IPv6Network(text) for text in ("2002::/16", "2001::/32", "3fff::/20"))


def _events(one: Fields) -> tuple[str, ...]:
    given = one.objects("events", len(TYPES) + 1)
    field = f"{one.path}events"
    for value in given:
        if value != ALL_EVENTS and value not in TYPES:
            raise ReadingError(
                "unknown_word",
                field,
                f"{field} {printable(value)} is no type of event; {nearest(str(value), TYPES)}",
            )
    if not given and one.has("events"):
        raise ReadingError(
            "missing", field, f'{field} is empty; name types, or ["{ALL_EVENTS}"] for all'
        )
    return () if ALL_EVENTS in given else tuple(dict.fromkeys(str(value) for value in given))
