"""Time zones by any name people have for them: ``Berlin``, ``new york``, ``San Francisco``, ``India``, ``utc``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from bot.spoken.unclear import Unclear, either, quoted

AREAS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
"""What the names of places in the tz database begin with."""

_EXAMPLES = ("Europe/Berlin", "America/New_York")
_OFFSET = re.compile(r"(utc|gmt)?\s*[+-]\s*\d{1,2}(:?\d\d)?")
_LIKE_ENOUGH = 70.0
"""Per cent of letters in common (rapidfuzz's ratio) from which on a name is offered."""


_CITIES = {
    "Africa/Johannesburg": ("cape town", "durban", "pretoria", "south africa"),
    "Africa/Lagos": ("abuja", "nigeria"),
    "Africa/Nairobi": ("kenya",),
    "America/Argentina/Buenos_Aires": ("argentina",),
    "America/Bogota": ("colombia", "medellin"),
    "America/Chicago": ("austin", "dallas", "houston", "minneapolis", "nashville", "us central"),
    "America/Denver": ("salt lake city", "us mountain"),
    "America/Edmonton": ("calgary",),
    "America/Lima": ("peru",),
    "America/Los_Angeles": ("la", "portland", "san diego", "san francisco", "seattle", "sf", "us pacific"),
    "America/New_York": (
        "atlanta",
        "boston",
        "miami",
        "nyc",
        "philadelphia",
        "washington",
        "washington dc",
        "us eastern",
    ),
    "America/Santiago": ("chile",),
    "America/Sao_Paulo": ("rio", "rio de janeiro", "brasilia"),
    "America/Toronto": ("ottawa",),
    "Asia/Dubai": ("abu dhabi", "uae"),
    "Asia/Ho_Chi_Minh": ("hanoi", "vietnam"),
    "Asia/Jerusalem": ("haifa",),
    "Asia/Karachi": ("islamabad", "lahore", "pakistan"),
    "Asia/Kolkata": ("bangalore", "bengaluru", "chennai", "delhi", "hyderabad", "india", "mumbai", "new delhi", "pune"),
    "Asia/Manila": ("philippines",),
    "Asia/Seoul": ("korea", "south korea"),
    "Asia/Shanghai": ("beijing", "china", "guangzhou", "hangzhou", "shenzhen"),
    "Asia/Taipei": ("taiwan",),
    "Asia/Bangkok": ("thailand",),
    "Asia/Tokyo": ("kyoto", "osaka"),
    "Australia/Sydney": ("canberra",),
    "Europe/Amsterdam": ("netherlands", "rotterdam", "the hague"),
    "Europe/Athens": ("greece",),
    "Europe/Berlin": ("cologne", "düsseldorf", "frankfurt", "germany", "hamburg", "munich", "münchen", "stuttgart"),
    "Europe/Brussels": ("belgium",),
    "Europe/Bucharest": ("romania",),
    "Europe/Budapest": ("hungary",),
    "Europe/Copenhagen": ("denmark",),
    "Europe/Dublin": ("ireland",),
    "Europe/Helsinki": ("finland",),
    "Europe/Kyiv": ("lviv", "ukraine"),
    "Europe/London": ("cambridge", "edinburgh", "england", "manchester", "oxford", "scotland", "uk"),
    "Europe/Madrid": ("barcelona", "spain", "valencia"),
    "Europe/Moscow": ("st petersburg",),
    "Europe/Oslo": ("norway",),
    "Europe/Paris": ("france", "lyon", "toulouse"),
    "Europe/Prague": ("brno", "czech republic", "czechia"),
    "Europe/Rome": ("italy", "milan", "turin"),
    "Europe/Sofia": ("bulgaria",),
    "Europe/Stockholm": ("gothenburg", "sweden"),
    "Europe/Vienna": ("austria", "graz"),
    "Europe/Warsaw": ("krakow", "wroclaw"),
    "Europe/Zurich": ("basel", "bern", "geneva", "switzerland", "zürich"),
    "Pacific/Auckland": ("new zealand", "wellington"),
    "Pacific/Honolulu": ("hawaii",),
}
"""Cities and countries that the tz database knows by the name of another city."""

_SEVERAL = {
    "aest, aedt, aet": ("Australia/Sydney", "Australia/Brisbane"),
    "australia": ("Australia/Sydney", "Australia/Brisbane", "Australia/Perth"),
    "bst": ("Europe/London", "Asia/Dhaka"),
    "brazil": ("America/Sao_Paulo", "America/Manaus", "America/Fortaleza"),
    "canada": ("America/Toronto", "America/Vancouver", "America/Edmonton"),
    "cet, cest, met": ("Europe/Berlin", "Europe/Paris", "Europe/Madrid"),
    "cst, cdt, ct, central": ("America/Chicago", "Asia/Shanghai", "America/Havana"),
    "eet, eest": ("Europe/Athens", "Europe/Helsinki", "Europe/Kyiv"),
    "est, edt, et, eastern": ("America/New_York", "America/Toronto", "America/Panama"),
    "gmt": ("Europe/London", "UTC", "Africa/Accra"),
    "hst": ("Pacific/Honolulu",),
    "indonesia": ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "jst": ("Asia/Tokyo",),
    "kst": ("Asia/Seoul",),
    "mexico": ("America/Mexico_City", "America/Tijuana", "America/Cancun"),
    "msk": ("Europe/Moscow",),
    "mst, mdt, mt, mountain": ("America/Denver", "America/Phoenix", "America/Edmonton"),
    "pst, pdt, pt, pacific": ("America/Los_Angeles", "America/Vancouver", "America/Tijuana"),
    "russia": ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Vladivostok"),
    "usa, us, united states, america": ("America/New_York", "America/Chicago", "America/Los_Angeles"),
    "wet": ("Europe/Lisbon", "Africa/Casablanca"),
}
"""Names that mean one zone to some and another to others: offered, never guessed. Abbreviations are among them, since
``EST`` in the tz database is New York's winter all year round."""


@cache
def zones() -> frozenset[str]:
    """Every name in the tz database of this machine."""
    return frozenset(available_timezones())


def find_zone(text: str) -> str | Unclear:
    """The IANA name of the zone that somebody means."""
    words = _plain(text)
    several = _several().get(words)
    if several:
        return Unclear(f"{quoted(text)} is not one place. Did you mean {either(several)}?", several)
    found = _called().get(words)
    if found:
        return found
    if _OFFSET.fullmatch(words):
        return Unclear(
            f"An offset does not know when clocks change. Name a city, such as {either(_EXAMPLES)}.", _EXAMPLES
        )
    nearest = near_zones(text, 3)
    if nearest:
        return Unclear(f"No time zone is called {quoted(text)}. Did you mean {either(nearest)}?", nearest)
    return Unclear(f"No time zone is called {quoted(text)}. Name a city, such as {either(_EXAMPLES)}.", _EXAMPLES)


def near_zones(text: str, most: int = 25) -> tuple[str, ...]:
    """Zones that ``text`` may be the beginning, a part or a misspelling of, likeliest first, as IANA names."""
    from rapidfuzz import fuzz, process

    words, called = _plain(text), _called()
    if not words:
        return ()
    names = sorted(called, key=lambda name: (len(name), name))
    found = [*_several().get(words, ())]
    found += [called[name] for name in names if name.startswith(words)]
    found += [called[name] for name in names if f" {words}" in name]
    like = process.extract(words, names, scorer=fuzz.ratio, limit=most, score_cutoff=_LIKE_ENOUGH)
    found += [called[name] for name, _, _ in like]
    return tuple(dict.fromkeys(found))[:most]


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").replace("/", " ").split()).removesuffix(" time")


@cache
def _several() -> Mapping[str, tuple[str, ...]]:
    return {name: meant for names, meant in _SEVERAL.items() for name in names.split(", ")}


@cache
def _called() -> Mapping[str, str]:
    """Everything a zone is called, in lower case → its IANA name: in full, by its last part, by cities it covers."""
    known = zones()
    places = sorted((zone for zone in known if zone.split("/")[0] in AREAS), key=lambda zone: (zone.count("/"), zone))
    called = {_plain(zone): zone for zone in known - {"Factory", "localtime"}}
    called |= {_plain(zone.rpartition("/")[2]): zone for zone in places}  # of two, the longer name is the newer
    called |= {city: zone for zone, cities in _CITIES.items() if zone in known for city in cities}
    return called
