"""`pyquiz simulate`: when a channel would be asked and told, and what, without a database or a platform."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import click

from bot.calendar import instant, local, slots
from bot.model import Channel, ChannelState, Filters, Place, Schedule, Weekday
from bot.picking import asked
from bot.plan import make_plan
from bot.spoken.countries import find_country
from bot.spoken.dates import find_date
from bot.spoken.times import find_reveal, find_time
from bot.spoken.unclear import Unclear
from bot.spoken.weekdays import find_weekdays
from bot.spoken.zones import find_zone, zones
from bot.work import History, Plan, Unplanned
from cli.packs import load_bank
from cli.settings import read_settings
from content.question import Question

MOST_DAYS = 3660
EARLIEST, LATEST = date(1970, 1, 2), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that the channel would see, or miss. ``at`` is in UTC, ``day`` the local date it belongs to."""

    kind: str
    day: date
    at: datetime
    question: str | None
    reason: str | None = None


def spoken(find: Callable[[str], object]) -> Callable[[click.Context, click.Parameter, str], object]:
    """Reads an option in people's words; what is unclear is wrong usage, with the sentence that says so."""

    def read(ctx: click.Context, param: click.Parameter, text: str) -> object:
        found = find(text)
        if isinstance(found, Unclear):
            raise click.BadParameter(str(found))
        return found

    return read


def any_zone(text: str) -> str | Unclear:
    """A zone as people say it, or any name in the tz database as it stands there: here even `EST` can be looked at."""
    return text if text in zones() else find_zone(text)


@click.command(context_settings={"show_default": True, "max_content_width": 100})
@click.option("--from", "start", metavar="DATE", default="today", help="The first local date, such as 2027-03-22.")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), required=True, help="How many dates to show.")
@click.option("--zone", metavar="ZONE", required=True, callback=spoken(any_zone), help="A city or an IANA zone.")
@click.option(
    "--at", "post", metavar="TIME", default="09:00", callback=spoken(find_time), help="When the question is asked."
)
@click.option(
    "--reveal", metavar="TIME", default="16:00", callback=spoken(find_reveal), help="When it is answered, or: next."
)
@click.option("--weekdays", metavar="DAYS", default="mon-fri", callback=spoken(find_weekdays), help="Names or ranges.")
@click.option(
    "--holidays", metavar="COUNTRY", default="none", callback=spoken(find_country), help="Whose holidays are left out."
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="For people or programs.")
def simulate(
    start: str,
    days: int,
    zone: str,
    post: time,
    reveal: time | None,
    weekdays: frozenset[Weekday],
    holidays: str | None,
    form: str,
) -> None:
    """Show when a new channel would be asked and answered, with which questions, and where clocks change.

    Nothing is sent or kept. JSON is a list in order of time: kind (question, reveal, skipped), date, local, utc,
    question, clock_change, and reason where a day is skipped.

    \b
    A month in New York, over the clock change in March:
      pyquiz simulate --from 2027-03-01 --days 30 --zone "New York" --at 9:30
    A year in Berlin without its holidays, for a program:
      pyquiz simulate --days 365 --zone Europe/Berlin --holidays DE-BE --format json
    """
    schedule = Schedule(zone, post, reveal, weekdays, holidays)
    first = _first_date(start, datetime.now(UTC), zone)
    plans = list(plan_ahead(schedule, load_bank(read_settings().packs).questions, first, days))
    if form == "json":
        click.echo(json.dumps(list(entries(happenings(plans), zone)), indent=2, ensure_ascii=False))
    else:
        _print_table(plans, schedule)


def plan_ahead(schedule: Schedule, pool: Sequence[Question], first: date, days: int) -> Iterator[Plan]:
    """The plans of a new channel for its slots on so many local dates, each made as the product makes it."""
    last = first + timedelta(days=days - 1)
    a_day_before = instant(schedule.zone, first, time.min) - timedelta(days=1)
    opening = next(slot for slot in slots(schedule, a_day_before, {}) if slot.date >= first)
    place = Place("simulation", "simulation", "simulation")
    channel = Channel(1, 1, place, schedule, Filters(), "en", ChannelState.ACTIVE, "", None, None, (), 0, None, None)
    need = Unplanned(channel, 1, opening.due - datetime.resolution, {}, History())
    while (plan := make_plan(need, pool)).slot.date <= last:
        yield plan
        history = asked(need.history, plan.question) if plan.question else need.history
        need = replace(need, after=plan.slot.due, history=history)


def happenings(plans: Iterable[Plan]) -> list[Happening]:
    """What the channel would see, in order of time; a closing comes before the opening of the same instant."""
    found: list[Happening] = []
    for plan in plans:
        slot = plan.slot
        if plan.question is None:
            found.append(Happening("skipped", slot.date, slot.due, None, slot.skip))
        else:
            found.append(Happening("question", slot.date, slot.due, plan.question.id))
            found.append(Happening("reveal", slot.date, slot.closes, plan.question.id))
    return sorted(found, key=lambda happening: (happening.at, happening.kind != "reveal"))


def entries(happenings: Iterable[Happening], zone: str) -> Iterator[Mapping[str, str | bool | None]]:
    """The JSON of each happening; ``clock_change`` marks the first one after the zone's clocks changed."""
    offset = None
    for one in happenings:
        shown = local(zone, one.at)
        entry: dict[str, str | bool | None] = {
            "kind": one.kind,
            "date": one.day.isoformat(),
            "local": shown.isoformat(),
            "utc": f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
            "question": one.question,
            "clock_change": offset not in (None, shown.utcoffset()),
        }
        yield entry | ({"reason": one.reason} if one.kind == "skipped" else {})
        offset = shown.utcoffset()


def _first_date(text: str, now: datetime, zone: str) -> date:
    found = find_date(text, local(zone, now).date())
    if isinstance(found, Unclear):
        raise click.BadParameter(str(found), param_hint="'--from'")
    if not EARLIEST <= found <= LATEST:
        raise click.BadParameter(f"choose a date from {EARLIEST} to {LATEST}.", param_hint="'--from'")
    return found


def _print_table(plans: Sequence[Plan], schedule: Schedule) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("Date", "Asked", "Answered", "Question", "Level"):
        table.add_column(name, no_wrap=name != "Question", overflow="fold")
    offset = None
    for plan in plans:
        due = local(schedule.zone, plan.slot.due)
        if offset not in (None, due.utcoffset()):
            table.add_row("", "", "", f"clocks changed to UTC{due.isoformat()[-6:]}", "")
        offset = due.utcoffset()
        table.add_row(*_row(plan, schedule.zone))
    console = Console(highlight=False, markup=False)
    console.print(table)
    console.print(_summary(plans, schedule.zone))


def _row(plan: Plan, zone: str) -> tuple[str, ...]:
    slot, question = plan.slot, plan.question
    if question is None:
        return (f"{slot.date:%a %d %b %Y}", "", "", f"skipped: {slot.skip}", "")
    times = (_time(local(zone, at), slot.date) for at in (slot.due, slot.closes))
    return (f"{slot.date:%a %d %b %Y}", *times, question.id, question.level)


def _time(at: datetime, day: date) -> str:
    return f"{at:%H:%M}" if at.date() == day else f"{at:%a %H:%M}"


def _summary(plans: Sequence[Plan], zone: str) -> str:
    ids = [plan.question.id for plan in plans if plan.question]
    skipped, again = len(plans) - len(ids), len(ids) - len(set(ids))
    days = f", {skipped} {'day' if skipped == 1 else 'days'} skipped" if skipped else ""
    repeats = f" {again} of them came before: there are no more to ask." if again else ""
    return f"{len(ids)} {'question' if len(ids) == 1 else 'questions'}{days}, in the local time of {zone}.{repeats}"
