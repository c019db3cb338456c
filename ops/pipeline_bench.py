#!/usr/bin/env python3
"""What a whole pipeline of real processes takes to stop, and to come back.

    pipeline_bench.py BINARIES kill [--trials N] [--seed N]
    pipeline_bench.py BINARIES ready [--rounds N]

kill: a demo pipeline trades; one process is dead or stopped (or none), the kill switch is pressed by the real
command, which says how long it took from its own start to the latch on the disk, and from there until the router
had read it or was gone. The venue's book judges: between that moment and the acknowledgement no order came but
stops and closes at market. Fails when one did.

ready: each stage is killed with SIGKILL and is ready again; measured in the supervisor's own log, back-off
included (that of a first death: 100 ms less a random half), from the death it saw to the word of the stage.
"""
import argparse
import datetime
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

STAGES = ["order-router", "risk-gate", "signal-service", "market-data", "tap-relay", "paper-venue", "console"]
CONFIG = """breakout:
  channel_bars: 2
  atr_bars: 2
supervisor:
  breaker_deaths: 100000
  backoff_max_ms: 100
"""


def quantile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))]


class Pipeline:
    def __init__(self, binaries, speed):
        self.binaries = os.path.abspath(binaries)
        self.folder = tempfile.mkdtemp(prefix="il-bench-")
        with open(f"{self.folder}/il.yaml", "w", encoding="ascii") as file:
            file.write(CONFIG)
        self.run = subprocess.Popen(
            [f"{self.binaries}/interlock", "run", "--run-dir", f"{self.folder}/run", "--state-dir",
             f"{self.folder}/state", "--speed", str(speed), "--config", f"{self.folder}/il.yaml"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.until(self.ready, 180, "every stage is ready")

    def end(self):
        self.run.send_signal(signal.SIGINT)
        try:
            self.run.wait(60)
        except subprocess.TimeoutExpired:
            self.run.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def interlock(self, *words):
        done = subprocess.run([f"{self.binaries}/interlock", *words, "--run-dir", f"{self.folder}/run"],
                              capture_output=True, text=True, timeout=120, check=False)
        return done.returncode, done.stdout, done.stderr

    def status(self):
        code, text, _ = self.interlock("status", "--json")
        return json.loads(text) if code == 0 else None

    def ready(self):
        now = self.status()
        return now and now["state"] == "running" and all(s["state"] == "ready" for s in now["stages"]) and now

    @staticmethod
    def until(condition, seconds, what):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.02)
        raise SystemExit(f"bench: not within {seconds} s: {what}")

    def pid(self, name):
        now = self.status()
        if name == "supervisor":
            return now["pid"]
        return next(s["pid"] for s in now["stages"] if s["name"] == name)

    def book(self):
        with open(f"{self.folder}/run/venue.json", encoding="utf-8") as file:
            admin = json.load(file)["admin"]
        with urllib.request.urlopen(f"{admin}/book", timeout=60) as answer:
            return json.load(answer)


def milliseconds(text):
    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def kill(flags):
    chance = random.Random(flags.seed)
    pipeline = Pipeline(flags.binaries, 240)
    cells = [("nobody", "alive")] + [(s, c) for s in STAGES for c in ("dead", "stopped")] + [("supervisor", "stopped")]
    # Half of the presses with everybody alive.
    plan = [cells[0]] * (flags.trials // 2)
    plan += [cells[1 + n % (len(cells) - 1)] for n in range(flags.trials - len(plan))]
    chance.shuffle(plan)
    rows, quiet = {cell: [] for cell in cells}, []
    try:
        for number, (process, condition) in enumerate(plan):
            time.sleep(chance.uniform(0.02, 0.4))
            pid = None if process == "nobody" else pipeline.pid(process)
            if pid:
                os.kill(pid, signal.SIGKILL if condition == "dead" else signal.SIGSTOP)
            code, text, words = pipeline.interlock(
                "kill-switch", "activate", "--reason", f"bench {number}", "--timeout", "0", "--json")
            if condition == "stopped":
                try:
                    os.kill(pid, signal.SIGCONT)
                except ProcessLookupError:
                    pass
            try:
                answer = json.loads(text)
            except ValueError:
                raise SystemExit(f"bench: {process} {condition}: exit {code}: {words}") from None
            rows[process, condition].append((answer["latched_us"], answer.get("router_us")))
            begun = milliseconds(answer["since"])
            end = begun + (answer["latched_us"] + (answer.get("router_us") or 0)) / 1000 + 1
            if pid:
                pipeline.until(pipeline.ready, 120, "every stage is ready again")

            def acknowledge():
                return pipeline.interlock("kill-switch", "acknowledge", "--reason", "bench")[0] == 0
            held = time.time() * 1000
            pipeline.until(acknowledge, 60, "the acknowledgement")
            quiet.append((process, condition, end, held))
        orders = pipeline.book()["orders"]
    finally:
        pipeline.end()
    late = []
    for process, condition, start, end in quiet:
        late += [(process, condition, order) for order in orders if start < order["received_ms"] < end
                 and not (order["reduce_only"] and order["order_type"] in ("stp", "mkt"))]
    for (process, condition), found in rows.items():
        latched = [a / 1000 for a, _ in found]
        router = [b / 1000 for _, b in found if b is not None]
        missing = len(found) - len(router)
        if found:
            print(f"bench: {process} {condition}: {len(found)} presses; start to durable p50 {quantile(latched, .5):.2f} "
                  f"p99 {quantile(latched, .99):.2f} max {max(latched):.2f} ms; durable to safe p50 "
                  f"{quantile(router, .5):.2f} p99 {quantile(router, .99):.2f} max {max(router):.2f} ms"
                  + (f"; {missing} not seen" if missing else ""))
    everyone = [b / 1000 for cell in rows if cell[1] != "alive" for _, b in rows[cell] if b is not None]
    alive = [b / 1000 for _, b in rows["nobody", "alive"] if b is not None]
    print(f"bench: durable to safe: everybody alive p99 {quantile(alive, .99):.2f} ms (goal 5); one dead or stopped p99 "
          f"{quantile(everyone, .99):.2f} max {max(everyone):.2f} ms (goal 100)")
    print(f"bench: {len(orders)} orders at the venue, {len(late)} after the kill that were no stop and no close")
    for process, condition, order in late[:5]:
        print(f"bench: LATE with {process} {condition}: {order}")
    return 1 if late else 0


LINE = re.compile(r"^(\S+) supervisor\[\d+\] \S+ (died|ready) stage=(\S+)")


def ready(flags):
    pipeline = Pipeline(flags.binaries, 60)
    try:
        for _ in range(flags.rounds):
            for name in STAGES:
                os.kill(pipeline.pid(name), signal.SIGKILL)
                time.sleep(0.05)
                pipeline.until(pipeline.ready, 60, f"{name} is back")
        with open(f"{pipeline.folder}/state/interlock.log", encoding="utf-8") as file:
            lines = file.read().splitlines()
    finally:
        pipeline.end()
    died, times = {}, {name: [] for name in STAGES}
    for line in lines:
        match = LINE.match(line)
        if not match:
            continue
        at, word, name = match.groups()
        if word == "died":
            died[name] = milliseconds(at)
        elif name in died:
            times[name].append(milliseconds(at) - died.pop(name))
    for name, found in times.items():
        goal = 500 if name == "order-router" else 300
        print(f"bench: {name}: ready again after SIGKILL, {len(found)} times: p50 {quantile(found, .5)} "
              f"p99 {quantile(found, .99)} max {max(found)} ms, back-off included (goal p99 {goal})")
    return 0


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("binaries")
    flags.add_argument("what", choices=["kill", "ready"])
    flags.add_argument("--trials", type=int, default=1000)
    flags.add_argument("--rounds", type=int, default=30)
    flags.add_argument("--seed", type=int, default=1)
    flags = flags.parse_args()
    sys.exit(kill(flags) if flags.what == "kill" else ready(flags))


main()
