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

import chaos_movers
import chaos_points

ACTIONS = {"kill": "kill", "abort": "abort", "stop": "stop:3000", "eio": "eio", "enospc": "enospc", "delay": "delay:400"}
SITUATIONS = ("idle", "in_flight", "unknown", "recovering")
PATIENCE = {"idle": 3, "in_flight": 12, "unknown": 12, "recovering": 8}
LOG = re.compile(r"^\S+ supervisor\[\d+\] INFO started stage=([a-z-]+) detail=\"pid (\d+) generation (\d+)\"")
RELEASED = 6   # times in a row, a second apart, that the latch has to be seen clear
FREE = 4   # seconds: a life of the router between two armed ones, in which it has to protect what is open
FIRED = re.compile(r"^failpoint ([a-z.]+): .* pid=(\d+)$")


class Walk:
    """The points of every stage, one for each of its lives."""

    def __init__(self, pipeline, cells, action, patience):
        self.pipeline, self.action, self.patience = pipeline, action, patience
        self.lists, self.life, self.place = {}, {}, 0
        self.provoked, self.pressed, self.released = {}, False, 0
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
                self.fire(fired[1], int(fired[2]))

    def fire(self, point, pid):
        for stage, life in self.life.items():
            cell, _ = self.cell(stage, life[1])
            if life[0] == pid and cell and cell.point == point and not cell.fired:
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
            wait = FREE if cell is None else self.patience_for(cell) if not cell.fired else 6 if self.action == "stop" else \
                3 if self.action in ("kill", "abort") else 0.7
            if ended is None and time.monotonic() - since > wait:
                self.pipeline.end(stage, pid)
                self.life[stage][3] = time.monotonic()
        self.release()
        return left

    def patience_for(self, cell):
        moved = chaos_movers.mover_of(cell.point) is not None
        return max(self.patience, chaos_movers.PATIENCE) if moved else self.patience

    def provoke(self, cell, age):
        """Brings the point of `cell` about, from its life's first second on and now and then again."""
        act = chaos_movers.mover_of(cell.point)
        if act and age > 1 and time.monotonic() - self.provoked.get(id(cell), 0) > chaos_movers.AGAIN:
            self.provoked[id(cell)] = time.monotonic()
            if act is chaos_movers.press:
                self.pressed, self.released = True, 0
            try:
                act(self.pipeline, cell.stage)
            except (OSError, ValueError, KeyError):
                pass   # The venue is dead as well: again in a moment.

    def release(self):
        """Lets entries leave again once no life waits for the latch any more; returns whether they do."""
        waits = any((cell := self.cell(stage, life[1])[0]) and not cell.fired
                    and chaos_movers.mover_of(cell.point) is chaos_movers.press for stage, life in self.life.items())
        if self.pressed and not waits and time.monotonic() - self.provoked.get("release", 0) > 1:
            self.provoked["release"] = time.monotonic()
            try:
                # A router that died before it pressed presses in its next life.
                self.released = self.released + 1 if chaos_movers.release(self.pipeline) else 0
                self.pressed = self.released < RELEASED
            except (OSError, ValueError, KeyError):
                pass
        return not self.pressed


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
    cells = chaos_points.choose(options, points, action, situation, dice)
    supervising = [cell for cell in cells if cell.stage == "supervisor"]
    patience = options.patience or PATIENCE[situation]
    options.no_faults = True
    options.stop_atr = 40.0 if situation == "idle" else 1.0   # far stops: positions that stay
    pipeline = make()
    walking = Walk(pipeline, [cell for cell in cells if cell.stage != "supervisor"], action, patience)
    say(f"{action} × {situation}: {len(cells)} cells, evidence {pipeline.folder}")
    pipeline.start()
    try:
        if not pipeline.wait("the first filled intents", 120, lambda: pipeline.accepted() > 8):
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
        if not pipeline.wait("entries leave again", 60, walking.release):
            raise RuntimeError("the latch is still set")
        judge = conclude(pipeline)
    finally:
        pipeline.stop()
    numbers, findings = judge()
    say(f"{action} × {situation}: {sum(c.fired for c in cells)} of {len(cells)} fired, {numbers}")
    return {"action": action, "situation": situation, **numbers, "findings": findings,
            "cells": [cell.described() for cell in cells], "evidence": str(pipeline.folder)}


def run(options, root, dice, make, conclude, say):
    """Returns the object of the last line, and the findings."""
    points = chaos_points.points_in((root / "docs/failpoints.md").read_text())
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
