"""The failpoint matrix of ops/chaos: points × actions × situations, with the real processes.

One run walks through all points of one (action, situation): each life of a stage has the next point of that stage
armed, so that a life ends at one point and the next at another, in all stages at once. A point that a life does not
pass within its patience is noted as not reached, and the life ended from outside. The supervisor's own points take a
supervisor each. After each run: calm, and the judge of ops/chaos with the venue's book.
"""

import json
import os
import re
import signal
import subprocess
import time
from collections import Counter

ACTIONS = {"kill": "kill", "abort": "abort", "stop": "stop:3000", "eio": "eio", "enospc": "enospc", "delay": "delay:400"}
SITUATIONS = ("idle", "in_flight", "unknown", "recovering")
# Of the daemon's points the router has those around its being ready; the others stand in the same code.
ROUTERS = ("daemon.ready", "daemon.lock", "daemon.name", "daemon.latch", "daemon.heartbeat")
STAGES = {"router": ["order-router"], "ledger": ["order-router"], "exchange": ["order-router"], "gate": ["risk-gate"],
          "signal": ["signal-service"], "data": ["market-data"], "supervisor": ["supervisor"],
          "daemon": ["risk-gate", "signal-service", "market-data"]}
WIRE = {"offer": ["signal-service", "risk-gate"], "verdict": ["signal-service", "risk-gate"],
        "deliver": ["risk-gate", "order-router"], "acknowledge": ["risk-gate", "order-router"],
        "publish": ["market-data", "order-router"], "hear": ["order-router", "risk-gate"],
        "question": ["order-router", "market-data"], "reply": ["order-router", "market-data"]}
APPEND = ["risk-gate", "signal-service", "paper-venue"]   # the venue's is the commit of its book
ELSEWHERE = ("ledger.migrate", "ledger.prune", "ledger.archive", "ledger.copy")   # LedgerTests; not in so short a life
OFTEN = ("commit", "publish", "hear", "heartbeat", "answer", "request", "send", "candle", "append", "stream", "question",
         "reply", "file", "place", "replay")
PATIENCE = {"idle": 3, "in_flight": 12, "unknown": 12, "recovering": 8}
LOG = re.compile(r"^\S+ supervisor\[\d+\] INFO started stage=([a-z-]+) detail=\"pid (\d+) generation (\d+)\"")
# What a pipeline passes seldom or never by itself is brought about while a life waits for it: a drain of the stage, a close of
# all positions, a ballast that is gone.
PROVOKED = {"daemon.drained": lambda p, stage: p.command("restart", stage),
            "router.exit": lambda p, _: p.command("flatten", "--reason", "chaos", "--execute"),
            "ledger.ballast": lambda p, _: (p.state / "ledger.sqlite.ballast").unlink(missing_ok=True)}
AGAIN = 3   # seconds between two attempts to bring it about
FREE = 4   # seconds: a life of the router between two armed ones, in which it has to protect what is open
FIRED = re.compile(r"^failpoint ([a-z.]+): ")


def points_in(text):
    """Names of points and whether they can fail, from the table in docs/failpoints.md."""
    rows = re.findall(r"^\| `([a-z]+\.[a-z]+\.[a-z]+)` \|[^|]*\| *(yes)? *\|$", text, re.M)
    return {name: bool(fails) for name, fails in rows}


def stages_of(point):
    room, what = point.split(".")[:2]
    if room == "wire":
        return WIRE[what]
    if point.startswith(ROUTERS):
        return ["order-router"]
    return APPEND if point.startswith("daemon.append") else STAGES[room]


class Cell:
    def __init__(self, stage, point, hit):
        self.stage, self.point, self.hit, self.fired, self.at = stage, point, hit, False, None

    def described(self):
        return {"stage": self.stage, "point": self.point, "hit": self.hit, "fired": self.fired, "wall_ms": self.at}


class Walk:
    """The points of every stage, one for each of its lives."""

    def __init__(self, pipeline, cells, action, patience):
        self.pipeline, self.action, self.patience = pipeline, action, patience
        self.lists, self.life, self.place = {}, {}, 0
        self.provoked = {}
        self.path = pipeline.folder / "interlock.log"
        for cell in cells:
            self.lists.setdefault(cell.stage, []).append(cell)

    def specification(self):
        return ";".join(f"{stage}/{cell.point}={ACTIONS[self.action]}@{cell.hit}#{1 + place * self.stride(stage)}"
                        for stage, cells in self.lists.items() for place, cell in enumerate(cells))

    @staticmethod
    def stride(stage):
        """Every second life of the router is free: killed without end before it has placed a stop, nobody protects."""
        return 2 if stage == "order-router" else 1

    def cell(self, stage, number):
        """What is armed in this life of the stage, nothing in a free one; and whether any life is left to come."""
        place, free = divmod(number - 1, self.stride(stage))
        cells = self.lists[stage]
        return (cells[place] if place < len(cells) and not free else None), place < len(cells)

    def read(self):
        """Which lives began and which points fired since the last look."""
        with open(self.path, "rb") as file:
            file.seek(self.place)
            whole = file.read().rpartition(b"\n")[0]
        self.place += len(whole) + 1 if whole else 0
        for line in whole.decode(errors="replace").split("\n"):
            if begun := LOG.match(line):
                stage, pid, number = begun[1], int(begun[2]), int(begun[3])
                if stage in self.lists:
                    # pid, generation, begun at, ended by us at
                    self.life[stage] = [pid, number, time.monotonic(), None]
            elif fired := FIRED.match(line):
                self.fire(fired[1])

    def fire(self, point):
        for stage, life in self.life.items():
            cell, _ = self.cell(stage, life[1])
            if cell and cell.point == point and not cell.fired:
                cell.fired, cell.at, life[2] = True, int(time.time() * 1000), time.monotonic()
                return

    def step(self):
        """Ends what has lived its life; returns whether any point is left."""
        self.read()
        left = False
        for stage in self.lists:
            if stage not in self.life:
                left = True
                continue
            pid, number, since, ended = self.life[stage]
            cell, goes_on = self.cell(stage, number)
            if not goes_on:
                continue
            left = True
            if cell and not cell.fired and ended is None:
                self.provoke(cell, time.monotonic() - since)
            # What ends by itself gets its time; a stopped one is the supervisor's to end.
            wait = FREE if cell is None else self.patience if not cell.fired else 6 if self.action == "stop" else \
                3 if self.action in ("kill", "abort") else 0.7
            if ended is None and time.monotonic() - since > wait:
                self.pipeline.end(stage, pid)
                self.life[stage][3] = time.monotonic()
        return left


    def provoke(self, cell, age):
        """Brings the point of `cell` about, from its life's first second on and now and then again."""
        act = next((act for start, act in PROVOKED.items() if cell.point.startswith(start)), None)
        if act and age > 1 and time.monotonic() - self.provoked.get(id(cell), 0) > AGAIN:
            self.provoked[id(cell)] = time.monotonic()
            act(self.pipeline, cell.stage)


def choose(options, points, action, situation, dice):
    """The cells of one run, in the order of their lives."""
    cells = []
    for point, fails in points.items():
        if options.points and point not in options.points:
            continue
        if action in ("eio", "enospc") and not fails:
            continue
        if not options.points and point.startswith(ELSEWHERE):
            continue
        for stage in stages_of(point):
            if situation == "idle" and stage in ("signal-service", "supervisor"):
                continue
            often = point.split(".")[1] in OFTEN or point.split(".")[2] in ("received",)
            hit = 1 if situation == "recovering" or not often else dice.randint(2, 3 if situation == "idle" else 25)
            cells.append(Cell(stage, point, hit))
    dice.shuffle(cells)
    return cells


def supervise(pipeline, cell, action):
    """One supervisor with one point of its own armed; a stage is killed so that there is something to do."""
    place = (pipeline.folder / "interlock.log").stat().st_size
    pipeline.failpoints = f"supervisor/{cell.point}={ACTIONS[action]}@{cell.hit}"
    pipeline.supervisor.kill()
    pipeline.supervisor.wait()
    pipeline.start()
    end = time.monotonic() + (14 if cell.point.startswith("supervisor.signal") else 8)
    while time.monotonic() < end and not cell.fired:
        time.sleep(0.2)
        if end - time.monotonic() < 5 and (pid := pipeline.pid("signal-service")):
            # A stage that is dead is started again, one that hangs is signalled first.
            if cell.point.startswith("supervisor.signal"):
                os.kill(pid, signal.SIGSTOP)
            else:
                pipeline.end("signal-service", pid)
        with open(pipeline.folder / "interlock.log", "rb") as file:
            file.seek(place)
            cell.fired = f"failpoint {cell.point}: ".encode() in file.read()
    cell.at = int(time.time() * 1000) if cell.fired else None
    pipeline.failpoints = None
    if action in ("stop", "delay"):
        time.sleep(0.5)
    pipeline.supervisor.kill()
    pipeline.supervisor.wait()


def doubt(pipeline, armed):
    """Two of five answers to placements are lost, in each life of the venue; returns the life that was told."""
    pid = pipeline.pid("paper-venue")
    if pid is None or pid == armed:
        return armed
    try:
        if json.loads((pipeline.run / "venue.json").read_text())["pid"] != pid:
            return armed
        pipeline.admin("POST", "/faults", {"match": {"path": "sendorder"}, "probability": 0.4, "seed": 7, "every": True,
                                           "fault": {"kind": "answer_lost"}})
        return pid
    except (OSError, ValueError, KeyError):
        return armed


def rest(pipeline):
    """No more signals: what is open stays open, nothing new comes."""
    pipeline.wait("the signal service", 30, lambda: pipeline.pid("signal-service"))
    subprocess.run([str(pipeline.options.build / "interlock"), "stop", "signal-service", "--run-dir", str(pipeline.run)],
                   timeout=30, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def walk(options, points, action, situation, dice, make, conclude, say):
    cells = choose(options, points, action, situation, dice)
    supervising = [cell for cell in cells if cell.stage == "supervisor"]
    patience = options.patience or PATIENCE[situation]
    options.no_faults = True
    pipeline = make()
    walking = Walk(pipeline, [cell for cell in cells if cell.stage != "supervisor"], action, patience)
    say(f"{action} × {situation}: {len(cells)} cells, evidence {pipeline.folder}")
    pipeline.start()
    try:
        if not pipeline.wait("the first filled intents", 120, lambda: pipeline.accepted() > 5):
            raise RuntimeError("the pipeline does not trade")
        for cell in supervising:
            supervise(pipeline, cell, action)
        walking.place = (pipeline.folder / "interlock.log").stat().st_size
        pipeline.failpoints = walking.specification()
        if pipeline.supervisor.poll() is None:
            pipeline.supervisor.kill()
            pipeline.supervisor.wait()
        pipeline.start()
        if situation == "idle":
            rest(pipeline)
        began, last, armed = time.monotonic(), time.monotonic(), None
        while walking.step() and time.monotonic() - began < options.bound:
            # A supervisor that ended starts the lists anew: then they are not what they were.
            if pipeline.supervisor.poll() is not None:
                raise RuntimeError(f"the supervisor ended with {pipeline.supervisor.returncode}")
            time.sleep(0.05)
            if situation == "unknown":
                armed = doubt(pipeline, armed)
            if time.monotonic() - last > 30:
                last = time.monotonic()
                done = {s: f"{walking.life.get(s, [0, 0])[1]}/{len(c)}" for s, c in walking.lists.items()}
                say(f"{action} × {situation}: {sum(c.fired for c in cells)} fired, lives {done}")
        pipeline.failpoints = None
        judge = conclude(pipeline)
    finally:
        pipeline.stop()
    numbers, findings = judge()
    say(f"{action} × {situation}: {sum(c.fired for c in cells)} of {len(cells)} fired, {numbers}")
    return {"action": action, "situation": situation, **numbers, "findings": findings,
            "cells": [cell.described() for cell in cells], "evidence": str(pipeline.folder)}


def run(options, root, dice, make, conclude, say):
    """Returns the object of the last line, and the findings."""
    points = points_in((root / "docs/failpoints.md").read_text())
    began = time.monotonic()
    runs = []
    for action in options.actions:
        for situation in options.situations:
            runs.append(walk(options, points, action, situation, dice, make, conclude, say))
            # After each, so that a matrix that is ended early has told what it did.
            if options.report:
                with open(options.report, "w") as file:
                    json.dump(runs, file, indent=1)
    cells = [cell for run in runs for cell in run["cells"]]
    fired = {cell["point"] for cell in cells if cell["fired"]}
    never = sorted({cell["point"] for cell in cells} - fired)
    sums = Counter()
    for one in runs:
        sums.update({key: one[key] for key in (
            "accepted", "filled", "duplicate_orders", "lost_intents", "unprotected", "held", "unknown_left")})
    result = {"cells": len(cells), "fired": sum(cell["fired"] for cell in cells), "points": len(fired),
              "not_reached": never, **sums, "seconds": round(time.monotonic() - began)}
    return result, [f"{one['action']} × {one['situation']}: {finding}" for one in runs for finding in one["findings"]]
