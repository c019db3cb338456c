#!/usr/bin/env python3
"""100 stopped taps beside none, interleaved: what a publisher and a live tap notice of them.

    taps.py BINARIES [--taps N] [--rate N] [--seconds S] [--rounds N]

A real tap-relay between real sockets. A stage publishes RATE messages a second; a live tap measures from
just before the send to its own receipt. In every second run N further taps hear the same endpoint and are
stopped with SIGSTOP, so that none of them ever reads.
"""
import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "examples", "python"))
import interlock_pb2 as pb  # noqa: E402
import zmq  # noqa: E402

SLEEPER = """
import sys, zmq
context = zmq.Context(io_threads=1)
context.set(zmq.MAX_SOCKETS, 4096)
taps = []
for _ in range(int(sys.argv[2])):
    tap = context.socket(zmq.SUB)
    tap.linger = 0
    tap.connect(sys.argv[1])
    tap.subscribe(b"")
    taps.append(tap)
taps[-1].recv()
print("heard", flush=True)
sys.stdin.read()
"""


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def quantile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


class Bench:
    def __init__(self, flags):
        self.flags = flags
        self.folder = tempfile.mkdtemp(prefix="il-")
        for name in ("open", "core", "state"):
            os.mkdir(f"{self.folder}/{name}", 0o700)
        self.tap_endpoint = f"ipc://{self.folder}/open/tap.ipc"
        self.relay = subprocess.Popen(
            [f"{flags.binaries}/tap-relay", "--run-dir", self.folder, "--state-dir",
             f"{self.folder}/state"], stderr=subprocess.DEVNULL)
        self.context = zmq.Context()
        self.stage = self.context.socket(zmq.XPUB)
        self.stage.linger = 0
        self.stage.sndhwm = 20000
        self.stage.bind(f"ipc://{self.folder}/open/market.ipc")
        self.sequence = 0
        self.epoch = time.time_ns() // 1_000_000
        self.stage.recv()  # the relay has subscribed

    def publish(self):
        self.sequence += 1
        note = pb.Control(state="tick", generation=1, detail=str(time.monotonic_ns()))
        frame = pb.Envelope(version=1, source="market-data", epoch=self.epoch,
                            sequence=self.sequence, control=note).SerializeToString()
        begun = time.perf_counter_ns()
        self.stage.send(frame, zmq.DONTWAIT)
        return time.perf_counter_ns() - begun

    def listen(self, ends, found):
        tap = zmq.Context().socket(zmq.SUB)
        tap.linger = 0
        tap.rcvhwm = 100000
        tap.connect(self.tap_endpoint)
        tap.subscribe(b"")
        tap.rcvtimeo = 500
        last = None
        while not ends.is_set():
            try:
                inner = pb.Envelope.FromString(tap.recv()).relayed
            except zmq.Again:
                continue
            now = time.monotonic_ns()
            if inner.source != "market-data":
                continue
            if last is not None:
                found["lost"] += inner.sequence - last - 1
            last = inner.sequence
            found["delays"].append(now - int(inner.control.detail))
        tap.close()

    def run(self, taps):
        sleeper = None
        if taps:
            sleeper = subprocess.Popen([sys.executable, "-c", SLEEPER, self.tap_endpoint, str(taps)],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            heard = threading.Thread(target=sleeper.stdout.readline)
            heard.start()
            while heard.is_alive():
                self.publish()
                time.sleep(0.01)
            os.kill(sleeper.pid, signal.SIGSTOP)
        ends, found = threading.Event(), {"lost": 0, "delays": []}
        listener = threading.Thread(target=self.listen, args=(ends, found))
        listener.start()
        while not found["delays"]:
            self.publish()
            time.sleep(0.01)
        found["delays"].clear()
        sends, pause = [], 1 / self.flags.rate
        begun = due = time.perf_counter()
        while time.perf_counter() - begun < self.flags.seconds:
            sends.append(self.publish())
            due += pause
            time.sleep(max(0, due - time.perf_counter()))
        time.sleep(0.5)
        ends.set()
        listener.join()
        if sleeper:
            os.kill(sleeper.pid, signal.SIGKILL)
            sleeper.wait()
            time.sleep(0.3)
        return {"send": quantile(sends, 0.99) / 1000, "p50": quantile(found["delays"], 0.5) / 1000,
                "p99": quantile(found["delays"], 0.99) / 1000, "lost": found["lost"],
                "heard": len(found["delays"]), "rss": resident(self.relay.pid)}

    def throughput(self, endpoint, messages=4000):
        """Messages a second from the stage to one listener at `endpoint`, a burst at a time."""
        tap = self.context.socket(zmq.SUB)
        tap.linger, tap.rcvhwm, tap.rcvtimeo = 0, 100000, 2000
        tap.connect(endpoint)
        tap.subscribe(b"")
        while not tap.poll(20):
            self.publish()
        heard, begun = 0, time.perf_counter()
        while tap.poll(50):
            tap.recv()
        begun = time.perf_counter()
        while heard < messages:
            for _ in range(500):
                self.publish()
            for _ in range(500):
                tap.recv()
                heard += 1
        passed = time.perf_counter() - begun
        tap.close()
        return heard / passed


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("binaries")
    flags.add_argument("--taps", type=int, default=100)
    flags.add_argument("--rate", type=int, default=1000)
    flags.add_argument("--seconds", type=float, default=5)
    flags.add_argument("--rounds", type=int, default=5)
    flags = flags.parse_args()
    bench = Bench(flags)
    rows = {0: [], flags.taps: []}
    try:
        bench.run(0)  # warm
        for number in range(flags.rounds):
            order = (0, flags.taps) if number % 2 == 0 else (flags.taps, 0)
            for taps in order:
                row = bench.run(taps)
                rows[taps].append(row)
                print(f"bench: {taps:4d} stopped taps: send p99 {row['send']:.0f} us, tap p50 "
                      f"{row['p50']:.0f} us, p99 {row['p99']:.0f} us, {row['heard']} heard, "
                      f"{row['lost']} lost, relay {row['rss']} kB", flush=True)
        for _ in range(flags.rounds):
            straight = bench.throughput(f"ipc://{bench.folder}/open/market.ipc")
            print(f"bench: throughput: {bench.throughput(bench.tap_endpoint):.0f} messages/s through the "
                  f"relay, {straight:.0f} past it", flush=True)
    finally:
        bench.relay.kill()
    for key in ("send", "p50", "p99"):
        without, with_taps = ([row[key] for row in rows[taps]] for taps in rows)
        spread = max(without) - min(without)
        difference = statistics.median(with_taps) - statistics.median(without)
        print(f"bench: {key}: median {statistics.median(without):.0f} us without, "
              f"{statistics.median(with_taps):.0f} us with {flags.taps}: difference "
              f"{difference:+.0f} us, spread without {spread:.0f} us")
    lost = sum(row["lost"] for taps in rows for row in rows[taps])
    print(f"bench: lost {lost}")


main()
