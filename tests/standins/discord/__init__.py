"""A stand-in Discord on the wire: REST and gateway. It enforces Discord's limits, refuses what Discord refuses, and
remembers what each person can see.

It knows nothing of PyQuiz, and imports nothing from it.
"""

from tests.standins.discord.faults import Broken, Drop, Hang, RateLimited, Refuse
from tests.standins.discord.person import Person
from tests.standins.discord.server import DiscordStandIn
from tests.standins.discord.town import Channel, Guild, Message

__all__ = [
    "Broken",
    "Channel",
    "DiscordStandIn",
    "Drop",
    "Guild",
    "Hang",
    "Message",
    "Person",
    "RateLimited",
    "Refuse",
]
