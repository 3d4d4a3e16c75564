"""A stand-in Slack on the wire: Web API over HTTP, Socket Mode, response URLs, events. It enforces Slack's limits,
refuses what Slack refuses, and remembers what each person can see.

It knows nothing of PyQuiz, and imports nothing from it.
"""

from tests.standins.slack.faults import Broken, Drop, Hang, RateLimited, Refuse
from tests.standins.slack.person import Person
from tests.standins.slack.server import SlackStandIn
from tests.standins.slack.town import Channel, Message, Team

__all__ = [
    "Broken",
    "Channel",
    "Drop",
    "Hang",
    "Message",
    "Person",
    "RateLimited",
    "Refuse",
    "SlackStandIn",
    "Team",
]
