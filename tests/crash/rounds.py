"""One round: a profile of approved drafts, a Google, and a sender that is killed until all is at rest."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash import google, sender, template
from tests.crash.google import CrashGoogle
from tests.crash.oracle import Verdict, judge, under_way
from tests.crash.points import OPERATIONS, POINTS, STAGES, Point, Stage
from tests.crash.processes import BROKE_OFF, Process
from tests.crash.shared import Shared

# A sender that is at work for longer without ending is stuck.
_PATIENCE = 40.0
_MOST_STARTS = 40
_LOOK = 0.0005


@dataclass(slots=True)
class Round:
    """What a scenario works with. `seed` and `number` make it the same again, but for the machine's pace."""

    seed: int
    number: int
    folder: Path
    defect: str | None = None
    chance: random.Random = field(init=False)
    shared: Shared = field(init=False)
    google: Process | None = None
    prepare_google: Callable[[CrashGoogle], None] = lambda _google: None
    kills: list[Point | float] = field(default_factory=list)
    slowly: bool = False
    prepare_sender: Callable[[], None] | None = None
    root: str = ""
    restored: bool = False
    starts: int = 0
    killed: int = 0
    reached: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.seed}/{self.number}")

    @property
    def database(self) -> Path:
        return self.folder / template.PROFILE / "outtray.db"

    @property
    def output(self) -> Path:
        """What the processes of the round said."""
        return self.folder / "output"

    def open(self, kind: Path) -> None:
        template.copy(kind, self.folder)
        self.shared = Shared(self.folder / "shared")

    # Google

    def start_google(self, *, plan: bool = True) -> None:
        """Starts it on the port that it had; the mailbox outlives it."""
        ready, write = os.pipe()
        port = int(self.root.rpartition(":")[2]) if self.root else 0
        prepare = self.prepare_google if plan else lambda _google: None
        self.google = Process(
            lambda: google.serve(self.folder, self.shared, self.database, port, write, prepare), self.output
        )
        os.close(write)
        with os.fdopen(ready) as said:
            root = said.readline().strip()
        assert root, "Google did not start"
        if not self.root:
            self.root = root
            template.point_keyring_at(self.folder, root)

    def stop_google(self) -> None:
        """Lets what was put off take effect, and ends it."""
        assert self.google is not None
        self.google.ask_to_end(10)

    # The program

    def start_sender(self, *, marked: bool = True) -> Process:
        self.starts += 1
        return Process(
            lambda: sender.send(
                self.folder,
                root=self.root,
                shared=self.shared,
                slowly=self.slowly,
                defect=self.defect,
                prepare=self.prepare_sender,
                marked=marked,
            ),
            self.output,
            self.unmark if marked else lambda: None,
        )

    def unmark(self) -> None:
        """Nobody is to be killed by Google any more."""
        self.shared["sender"] = 0

    def command(self, *arguments: str) -> Process:
        """Another command of the command line beside the sender."""
        return Process(
            lambda: sender.outtray(self.folder, arguments, root=self.root, shared=self.shared), self.output
        )

    def operator(self, work: Callable[..., object]) -> Process:
        """A use case that the window would run, in a process of its own."""
        from outtray.model.errors import OuttrayError
        from outtray.opening import open_desk

        def run() -> int:
            sender.use_own_places(self.folder)
            desk = open_desk(self.folder / template.PROFILE, clock=self.shared, create=False)
            try:
                work(desk)
            except OuttrayError as error:
                sender.say(error.sentence)
            finally:
                desk.close()
            return 0

        return Process(run, self.output)

    # Killing

    def run_sender(self, kill: Point | float | None) -> bool:
        """One start of the sender, killed as asked; True where it ended by itself."""
        self.arm(kill if isinstance(kill, Point) and kill.stage is not Stage.COMMITTED else None)
        before = self.states()
        process = self.start_sender()
        if isinstance(kill, float):
            process.ended(kill)
            process.kill()
        elif isinstance(kill, Point) and kill.stage is Stage.COMMITTED:
            self._kill_at_state(process, kill, before)
        self.finish(process)
        if process.killed:
            self.killed += 1
            if isinstance(kill, Point) and (self.shared["reached"] or kill.stage is Stage.COMMITTED):
                self.reached.append(kill.name)
        self.disarm()
        return not process.killed

    def finish(self, process: Process) -> None:
        """Waits for a sender's own end; one that never ends is killed and stays without rest."""
        if not process.ended(_PATIENCE):
            process.kill()
            self.complain(f"a sender was at work for {_PATIENCE:g} s without coming to an end")
        if process.status == BROKE_OFF:
            self.complain("a process ended in the midst of it")

    def complain(self, sentence: str) -> None:
        """Something is wrong that no delivery shows."""
        self.complaints.append(sentence)

    def calls(self) -> int:
        """How many requests that create or send a draft Google has read."""
        with urllib.request.urlopen(f"{self.root}/control/arrived", timeout=10) as answer:
            arrived = json.load(answer)["arrived"]
        return sum(one["operation"] in {"drafts.create", "drafts.send"} for one in arrived)

    def arm(self, point: Point | None) -> None:
        """Has Google kill the sender there."""
        self.shared["reached"] = 0
        self.shared["stage"] = 0 if point is None else STAGES.index(point.stage)
        self.shared["operation"] = -1 if point is None else OPERATIONS.index(point.what)

    def disarm(self) -> None:
        self.unmark()
        self.arm(None)

    def states(self) -> dict[str, int]:
        """How many deliveries stand in each state."""
        connection = sqlite3.connect(self.database)
        try:
            return dict(
                connection.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall()
            )
        finally:
            connection.close()

    def _kill_at_state(self, process: Process, kill: Point, before: dict[str, int]) -> None:
        """Looks at the database without a pause, and kills where one more delivery is in the state."""
        connection = sqlite3.connect(self.database)
        try:
            query = "SELECT count(*) FROM deliveries WHERE state = ?"
            while not process.ended(_LOOK):
                (count,) = connection.execute(query, (kill.what,)).fetchone()
                if count > before.get(kill.what, 0):
                    process.kill()
                    return
                before[kill.what] = min(count, before.get(kill.what, 0))
        finally:
            connection.close()

    # From the beginning to the verdict

    def at_rest(self) -> bool:
        return not under_way(self.database)

    def drive(self, between: Callable[[bool], None] = lambda _ended: None) -> None:
        """Starts and kills until nothing is under way; `between` is told whether a start ended by itself."""
        while self.starts < _MOST_STARTS and not self.at_rest():
            ended = self.run_sender(self.kills.pop(0) if self.kills else None)
            between(ended)

    def verdict(self) -> Verdict:
        """Ends everything and judges; what a process said that it should not have is a remark."""
        self.stop_google()
        found = judge(self.database, self.folder / template.MAILBOX, dated=not self.restored)
        said = self.output.read_text("utf-8", "replace") if self.output.exists() else ""
        log = self.folder / template.PROFILE / "logs" / "outtray.log"
        said += log.read_text("utf-8", "replace") if log.exists() else ""
        if "Traceback" in said or "Something went wrong" in said:
            lines = list(dict.fromkeys(line.strip() for line in said.splitlines() if line.strip()))
            place = next(n for n, line in enumerate(lines) if "Traceback" in line or "went wrong" in line)
            found.remarks.append(f"a process said: {' / '.join(lines[place : place + 30])}")
        found.remarks += self.complaints
        return found


def some_kills(chance: random.Random, point: Point | None, most: int = 3) -> list[Point | float]:
    """The round's own point, and others at random: points, and instants within a sender's usual life."""
    kills: list[Point | float] = [] if point is None else [*LEAD_INS.get(point.what, ()), point]
    for _ in range(chance.randint(1, most)):
        at = chance.random()
        kills.append(chance.choice(POINTS) if at < 0.4 else chance.uniform(0.0, 0.3))
    return kills


# To get to a look, a call has to have had no known outcome before.
_AFTER_CREATE = Point(Stage.PERFORMED, "drafts.create")
_AFTER_SEND = Point(Stage.PERFORMED, "drafts.send")
LEAD_INS: dict[str, tuple[Point, ...]] = {
    # What is placed by the call itself is let go in the same transaction.
    "staged": (_AFTER_CREATE,),
    "drafts.list": (_AFTER_CREATE,),
    "drafts.get": (_AFTER_SEND,),
    "messages.list": (_AFTER_SEND,),
    "messages.get": (_AFTER_SEND,),
}
