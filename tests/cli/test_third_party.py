"""A platform from somebody else's package: found by its entry point, and played on for a day."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.card import Button, Card, Form, Reply
from bot.model import Actor, Command, Place, Press, Submission
from bot.ports import Face
from cli.compose import house
from cli.platforms import find_adapters
from tests.cli.office import Clock, bank_of_choices

CODE = '''
from bot.model import MessageRef
from bot.ports import Absent, Health, NotConfigured, Sent


class Paper:
    """A platform of paper: what is posted lies in a tray, in order."""

    name = "paper"

    def __init__(self):
        self.messenger = self
        self.tray, self.face = [], None

    async def post(self, to, card, *, key):
        self.tray.append((to, card))
        return Sent(MessageRef(to, key))

    async def edit(self, at, card):
        return Sent(at)

    async def find(self, to, *, key, since):
        return Absent()

    async def start(self, face, shelf):
        self.face = face

    async def stop(self, grace):
        print("paper was stopped", flush=True)

    def health(self):
        return Health(True, "There is paper.")

    def routes(self):
        return ()


def adapter(environment):
    return Paper() if "PAPER_TOKEN" in environment else NotConfigured(missing=("PAPER_TOKEN",))
'''

ALL_HANDS = Place("paper", "office", "floor 2", name="#floor-2")
BOSS = Actor("paper", "office", "p1", "Mei", may_set_up=True)
BEFORE = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)


def install(folder: Path) -> None:
    """Leave a package as pip would: a module, its metadata, its entry point."""
    (folder / "paper_pyquiz.py").write_text(CODE)
    info = folder / "paper_pyquiz-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: paper-pyquiz\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[pyquiz.adapters]\npaper = paper_pyquiz:adapter\n")


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package, installed for this process."""
    install(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "paper_pyquiz", raising=False)
    return tmp_path


def test_it_is_configured_by_its_own_settings(paper: Path) -> None:
    """Without its token it is not there; nobody in here knows its name."""
    assert find_adapters({}).missing["paper"] == ("PAPER_TOKEN",)
    assert [adapter.name for adapter in find_adapters({"PAPER_TOKEN": "x"}).adapters] == ["paper"]


async def answers(face: Face, who: Actor, card: Card, now: datetime) -> None:
    """Press the first letter of a card."""
    from adapters.terminal.answering import Shown, answer

    reply = await answer(face, Shown(card), who, ALL_HANDS, "a", now)

    assert isinstance(reply, Reply)


async def sets_up(face: Face, values: dict[str, tuple[str, ...]], now: datetime) -> None:
    """Open the form, see what it would do, and send it."""
    form = await face.command(Command(BOSS, ALL_HANDS, "setup"), now)
    assert isinstance(form, Form)
    stands = {field.name: field.values for field in form.fields}
    submission = Submission(BOSS, ALL_HANDS, form.id, stands | values)
    shown = await face.preview(submission, now)
    assert isinstance(shown, Card)
    assert "PyQuiz would ask in #floor-2" in shown.plain
    saved = await face.submit(submission, now)
    assert isinstance(saved, Reply)
    assert saved.promise is not None
    assert saved.promise.place == ALL_HANDS


async def test_a_whole_day_is_played_on_it(paper: Path, tmp_path: Path) -> None:
    """Set up, asked, answered, revealed: the roof ties it in like any platform of ours."""
    clock = Clock()
    (adapter,) = find_adapters({"PAPER_TOKEN": "x"}).adapters
    tray: list[tuple[Place, Card]] = vars(adapter)["tray"]
    async with house(f"sqlite:///{tmp_path / 'day.db'}", bank_of_choices(), clock.now) as composed:
        await composed.start([adapter])
        face: Face = vars(adapter)["face"]
        await sets_up(face, {"zone": ("UTC",), "time": ("9:30",), "reveal": ("16:00",)}, clock.now())
        await composed.beat()
        clock.at = BEFORE + timedelta(minutes=30)
        await composed.beat()
        ((place, question),) = tray
        await answers(face, BOSS, question, clock.now())
        clock.at = BEFORE.replace(hour=16)
        for _ in range(3):
            await composed.beat()
        late = await face.press(Press(BOSS, ALL_HANDS, first_button(question)), clock.now())

    assert place == ALL_HANDS
    assert "Python question 1" in question.plain
    assert "Question 1: the answer is" in tray[1][1].plain
    assert tray[2][0].parent is not None
    assert isinstance(late, Reply)
    assert "closed at 16:00" in late.card.plain


def first_button(card: Card) -> str:
    return next(action.id for action in card.actions if isinstance(action, Button))


def test_a_service_runs_with_it_until_it_is_told_to_stop(paper: Path, tmp_path: Path) -> None:
    """SIGTERM stops the platform in order, and the exit code is 0."""
    root = Path(__file__).parent.parent.parent
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PAPER_TOKEN": "x",
        "PYQUIZ_DATABASE_URL": f"sqlite:///{tmp_path / 'service.db'}",
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{root}",
    }
    command = [sys.executable, "-c", "from cli.main import main; main()", "run"]
    pipe = subprocess.PIPE
    said = ""
    with subprocess.Popen(command, env=env, cwd=tmp_path, stdout=pipe, stderr=pipe, text=True) as running:
        assert running.stderr
        while "PyQuiz is up: paper." not in said:
            line = running.stderr.readline()
            assert line, said
            said += line
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=60)

    assert running.returncode == 0
    assert out == "paper was stopped\n"
    assert "Traceback" not in said + err
