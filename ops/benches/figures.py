"""`ops/bench` without a word: every figure beside its floor, as a table, as JSON and against an older one.

A floor is the least that the same thing costs on this machine, measured between the rounds of the
figure. The ratio is how many times the floor it takes; less is better, whatever the figure. Between two
runs ratios are compared, not figures: a busy machine slows both.
"""
import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import pipeline  # noqa: E402
from table import HEAD, Table, compare, growth_table, line  # noqa: E402

ROOT = pipeline.ROOT
CORE = os.cpu_count() - 1


class Bench:
    def __init__(self, flags, table):
        self.flags, self.table = flags, table
        self.binaries = Path(flags.binaries)
        self.rounds = flags.rounds
        self.folder = tempfile.mkdtemp(prefix="bench-", dir=ROOT / ".build")

    def command(self, *words, patience=120, pinned=True):
        """Its output; what was said so far when it takes too long."""
        words = [str(word) for word in words]
        if pinned:
            words = ["taskset", "-c", str(CORE)] + words
        try:
            return subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=patience,
                                  check=True).stdout
        except subprocess.TimeoutExpired as error:
            sys.stderr.write(f"bench: {' '.join(words)}: not done in {patience} s\n")
            return (error.stdout or b"").decode()
        except subprocess.CalledProcessError as error:
            sys.stderr.write(f"bench: {' '.join(words)}: exit {error.returncode}\n")
            return error.stdout or ""

    def unit(self):
        return float(self.command(ROOT / ".build/bench/unit").split()[0])

    def cpu_figures(self, rounds, patterns, *words, patience=120):
        """Rates of one program over several rounds, each beside the unit before it."""
        values, units = {name: [] for name in patterns}, []
        for _ in range(rounds):
            units.append(self.unit())
            output = self.command(*words, patience=patience)
            for name, pattern in patterns.items():
                match = re.search(pattern, output)
                values[name].append(float(match.group(1).replace(",", "")) if match else None)
        return values, units

    def rates(self, patterns, *words, rounds=None, patience=120):
        values, units = self.cpu_figures(rounds or self.rounds, patterns, *words, patience=patience)
        for name, found in values.items():
            self.table.add(name, "/s", found, units, rate=True, floor_name="SHA-256/s")

    # Parts

    def decode(self):
        self.command(ROOT / "ops/bench", "stream", patience=1200, pinned=False)
        patterns = {"value": r"apply: (\d+)/s", "floor": r"read once: (\d+) messages"}
        found, _ = self.cpu_figures(self.rounds, patterns, ROOT / ".build/bench/stream")
        self.table.add("stream messages decoded, checked, applied", "/s", found["value"], found["floor"], rate=True,
                       floor_name="read once")

    def machines(self):
        for what in ("strategy", "gate"):
            self.command(ROOT / "ops/bench", what, patience=1200, pinned=False)
        self.rates({"smc evaluations, reference": r"reference: (\d+) evaluations",
                    "smc evaluations, corrected": r"corrected: (\d+) evaluations"}, ROOT / ".build/bench/strategy")
        self.rates({"decisions of the gate": r"gate: (\d+) decisions/s"}, ROOT / ".build/bench/gate", 100000)

    def backtest(self):
        self.rates({"backtest, no orders: bars": r"idle: .* (\d+) bars/s",
                    "backtest, smc on 15m: bars": r"smc, three years of two: .* (\d+) bars/s",
                    "backtest, an entry a bar: orders": r"busy: .* (\d+) orders/s"},
                   self.binaries / "backtest-bench", "--short", patience=200)
        speeds, units = [], []
        for _ in range(self.rounds):
            units.append(self.unit())
            begun = os.times()
            found = json.loads(self.command(self.binaries / "interlock", "simulate", "--seeds", "1..20", "--json",
                                            pinned=False).splitlines()[-1])
            ended = os.times()
            spent = ended.children_user + ended.children_system - begun.children_user - begun.children_system
            speeds.append(found["sum"]["simulated_seconds"] / spent)
        self.table.add("crash simulator, seconds simulated a CPU second", "/s", speeds, units, rate=True,
                       floor_name="SHA-256/s")

    def ledger(self):
        ours, bare = {"p50": [], "p99": []}, {"p50": [], "p99": []}
        for _ in range(self.rounds):
            output = self.command(self.binaries / "ledger-bench", self.folder, "commits", 200, pinned=False)
            self.clean("commits", "floor")
            found = re.findall(r"p50 ([\d.]+) µs, p99 ([\d.]+)", output)
            if len(found) == 2:
                for place, part in enumerate(("p50", "p99")):
                    ours[part].append(float(found[0][place]))
                    bare[part].append(float(found[1][place]))
        for part in ours:
            self.table.add(f"commit of one intent, {part}", "µs", ours[part], bare[part], floor_name="µs, bare FULL")
        rates, floors = [], []
        for _ in range(self.rounds):
            output = self.command(self.binaries / "ledger-bench", self.folder, "intake", 500, pinned=False, patience=60)
            self.clean("intake")
            found = re.findall(r"intake: (\d+) a turn: (\d+) intents/s accepted", output)
            if found and bare["p50"]:
                size, rate = max((int(a), int(b)) for a, b in found)
                rates.append(rate)
                floors.append(size * 1e6 / statistics.median(bare["p50"]))
        self.table.add("intents durable, through the router's machine", "/s", rates, floors, rate=True,
                       floor_name="/s, bare commits of as many")
        self.command(self.binaries / "ledger-bench", self.folder, "fill", 50000, pinned=False)
        times, reads = [], []
        for _ in range(self.rounds):
            paths = list(Path(self.folder).glob("full*"))
            self.read(paths)
            begun = time.perf_counter()
            self.read(paths)
            reads.append((time.perf_counter() - begun) * 1000)
            begun = time.perf_counter()
            self.command(self.binaries / "ledger-bench", self.folder, "open", pinned=False)
            times.append((time.perf_counter() - begun) * 1000)
        self.clean("full")
        self.table.add("opening a ledger of 50,000 intents", "ms", times, reads, floor_name="ms, file read once")

    @staticmethod
    def read(paths):
        for path in paths:
            path.read_bytes()

    def clean(self, *names):
        for name in names:
            for path in Path(self.folder).glob(f"{name}*"):
                path.unlink()

    def kill(self):
        pressed, last, synced = [], [], []
        for _ in range(self.rounds):
            synced.append(self.bare_sync())
            output = self.command(self.binaries / "kill-bench", self.folder, 40, pinned=False, patience=60)
            for found, pattern in ((pressed, r"start to durable: .*?p50 ([\d.]+)"),
                                   (last, r"last order let out: .*?p99 ([\d.]+)")):
                match = re.search(pattern, output)
                found.append(float(match.group(1)) if match else None)
            self.clean("latch")
        self.table.add("kill switch, press to durable, p50", "ms", pressed, synced, floor_name="ms, bare fdatasync")
        self.table.add("kill switch, durable to the last order let out, p99", "ms", last, synced,
                       floor_name="ms, bare fdatasync")

    def bare_sync(self):
        path, times = Path(self.folder) / "sync", []
        with open(path, "wb", buffering=0) as file:
            file.write(b"x" * 4096)
            for _ in range(40):
                begun = time.perf_counter()
                os.pwrite(file.fileno(), b"y" * 4096, 0)
                os.fdatasync(file.fileno())
                times.append((time.perf_counter() - begun) * 1000)
        path.unlink()
        return statistics.median(times)

    def taps(self):
        output = self.command(sys.executable, ROOT / "ops/taps.py", self.binaries, "--rounds", self.rounds,
                              "--seconds", 2, "--taps", 100, pinned=False)
        rows = re.findall(r"bench: +(\d+) stopped taps: send p99 (\d+) us, tap p50 (\d+) us, p99 (\d+) us", output)
        for place, name in ((1, "send p99"), (2, "tap p50"), (3, "tap p99")):
            beside = [float(row[place]) for row in rows if row[0] != "0"]
            alone = [float(row[place]) for row in rows if row[0] == "0"]
            self.table.add(f"100 stopped taps: {name}", "µs", beside, alone, floor_name="µs, with none")
        found = re.findall(r"bench: throughput: (\d+) messages/s through the relay, (\d+) past it", output)
        self.table.add("messages through the tap relay", "/s", [float(a) for a, _ in found],
                       [float(b) for _, b in found], rate=True, floor_name="/s, straight from the stage")

    def latency(self):
        seconds = 1200 if self.flags.long else 100
        found = pipeline.latency(self.binaries, seconds, ROOT / ".build")
        floors = found["floors"]
        for part, word in ((0.5, "p50"), (0.99, "p99"), (0.999, "p99.9")):
            if found["entries"] and floors:
                self.table.add(
                    f"candle's close to order bytes, {word} of {len(found['entries'])}", "µs",
                    [pipeline.quantile([row[0] for row in found["entries"]], part)],
                    [pipeline.quantile([row[5] for row in floors], part)], floor_name=f"µs, {word} of {len(floors)}")
        parts = ("candle to intent at the router", "intent to the last question",
                 "its answer and the commit to order bytes")
        shares = ((0, 1, 2), (), (3, 4))
        for place, name in enumerate(parts if found["entries"] and floors else ()):
            self.table.add(
                f"of it: {name}, p50", "µs", [pipeline.quantile([row[place + 1] for row in found["entries"]], 0.5)],
                [pipeline.quantile([sum(row[i] for i in shares[place]) for row in floors], 0.5)],
                floor_name=("µs, three hops", "", "µs, a commit, an answer")[place])
        for part, word in ((0.5, "p50"), (0.99, "p99")):
            if found["entries"] and floors:
                self.table.add(
                    f"intent to order bytes less the venue's answers, {word}", "µs",
                    [pipeline.quantile([row[4] for row in found["entries"]], part)],
                    [pipeline.quantile([row[3] for row in floors], part)], floor_name="µs, bare FULL")
        for place, (edge, times) in enumerate(found["hops"].items()):
            for part, word in ((0.5, "p50"), (0.99, "p99")):
                if times and floors:
                    self.table.add(f"hop {edge}, {word}", "µs", [pipeline.quantile(times, part)],
                                   [pipeline.quantile([row[place] for row in floors], part)], floor_name="µs, bare")

    def recovery(self):
        begun = []
        for _ in range(5):
            start = time.perf_counter()
            self.command(self.binaries / "order-router", "--help", pinned=False)
            begun.append((time.perf_counter() - start) * 1000)
        for name, times in pipeline.recovery(self.binaries, self.rounds, ROOT / ".build").items():
            self.table.add(f"{name}: SIGKILL to ready" if name != "start of all" else "start of all stages to ready",
                           "ms", times, [statistics.median(begun)] * len(times), floor_name="ms, one bare start")

    def growth(self):
        rows = {}
        for instruments in (2, 30, 300):
            seconds = 60 if self.flags.long else 15
            for name, usage in pipeline.growth(self.binaries, instruments, seconds, ROOT / ".build").items():
                rows.setdefault(name, {})[instruments] = usage
        self.table.growth = rows
        print("\n" + growth_table(rows), flush=True)


PARTS = ("latency", "recovery", "growth", "taps", "kill", "ledger", "backtest", "machines", "decode")


def machine():
    model = next((row.split(":")[1].strip() for row in open("/proc/cpuinfo", encoding="ascii", errors="replace")
                  if row.startswith("model name")), platform.machine())
    memory = next(int(row.split()[1]) for row in open("/proc/meminfo", encoding="ascii")) / 1048576
    return {"cpu": model, "cores": os.cpu_count(), "memory_gb": round(memory, 1), "kernel": platform.release(),
            "load_before": round(os.getloadavg()[0], 1)}


def main():
    flags = argparse.ArgumentParser(prog="ops/bench", description=__doc__)
    flags.add_argument("--binaries", default=os.environ.get("INTERLOCK_BINARIES", ROOT / ".build/release"))
    flags.add_argument("--rounds", type=int, default=3)
    flags.add_argument("--only", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    flags.add_argument("--long", action="store_true", help="twenty minutes of entries, a minute a growth")
    flags.add_argument("--json", help="write the figures here")
    flags.add_argument("--markdown", help="write the tables here")
    flags.add_argument("--compare", metavar="OLD", help="a file of --json; exit 1 when something got slower")
    flags = flags.parse_args()
    parts = flags.only.split(",")
    if strange := [part for part in parts if part not in PARTS]:
        print(f"bench: {strange[0]}: unknown: give some of {', '.join(PARTS)}", file=sys.stderr)
        return 64
    if flags.compare and not Path(flags.compare).is_file():
        print(f"bench: {flags.compare}: no such file: give one that --json wrote", file=sys.stderr)
        return 64
    table, begun, about = Table(), time.monotonic(), machine()
    table.growth = {}
    bench = Bench(flags, table)
    print(HEAD, flush=True)
    try:
        for part in parts:
            try:
                getattr(bench, part)()
            except (OSError, ValueError, KeyError, IndexError, SystemExit) as error:
                table.lost.append(part)
                print(f"bench: {part}: not measured: {error!r}", file=sys.stderr, flush=True)
    finally:
        subprocess.run(["rm", "-rf", bench.folder], check=False)
    about.update(load_after=round(os.getloadavg()[0], 1), seconds=round(time.monotonic() - begun))
    found = {"machine": about, "rows": table.rows, "growth": table.growth, "lost": table.lost}
    print(f"bench: {about['seconds']} s, load {about['load_before']} before and {about['load_after']} after")
    if table.lost:
        print(f"bench: not measured: {', '.join(table.lost)}")
    if flags.json:
        Path(flags.json).write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    if flags.markdown:
        lines = [HEAD] + [line(row) for row in table.rows] + ["", growth_table(table.growth)]
        Path(flags.markdown).write_text("\n".join(lines) + "\n")
    return 1 if flags.compare and compare(found, flags.compare) or table.lost else 0


if __name__ == "__main__":
    sys.exit(main())
