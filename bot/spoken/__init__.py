"""What people type for a time, days, a date, a zone or a country, and what they mean by it. Pure.

Each reader gives the value, or Unclear with one sentence: nothing that somebody types is an exception.
"""

from bot.spoken.countries import find_country
from bot.spoken.dates import find_date
from bot.spoken.times import find_reveal, find_time
from bot.spoken.unclear import Unclear
from bot.spoken.weekdays import find_weekdays
from bot.spoken.zones import find_zone, nearest_zones, zones

__all__ = [
    "Unclear",
    "find_country",
    "find_date",
    "find_reveal",
    "find_time",
    "find_weekdays",
    "find_zone",
    "nearest_zones",
    "zones",
]
