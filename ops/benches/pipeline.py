"""Real processes, measured: candle to order bytes, hop by hop, recovery, and what each stage costs.

Every stage runs with `trace.so`, which notes when frames enter and leave libzmq and when an order's
bytes leave the router; `floor` does the same hops with nothing in them, at the same time.
"""
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "examples" / "python"))

STAGES = ("paper-venue", "order-router", "risk-gate", "signal-service", "market-data", "tap-relay", "console")
ENTRY = struct.Struct("<qIIQ")
SENT, RECEIVED, ORDER, QUESTION, ANSWER = 1, 2, 3, 4, 5
# What a frame that crosses an edge is called; source and destination process.
HOPS = (("market-data", "signal-service"), ("signal-service", "risk-gate"), ("risk-gate", "order-router"))


def quantile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def contract(index):
    code = "B" + chr(65 + index // 26) + chr(65 + index % 26)
    levels = [{"numNonContractUnits": 0, "initialMargin": 0.02, "maintenanceMargin": 0.01}]
    return {
        "symbol": f"PF_{code}USD", "pair": f"{code}:USD", "base": code, "quote": "USD",
        "type": "flexible_futures", "tickSize": 0.1, "contractSize": 1, "tradeable": True,
        "impactMidSize": 1, "maxPositionSize": 16000, "openingDate": "2022-01-01T00:00:00.000Z",
        "marginLevels": levels, "retailMarginLevels": levels, "fundingRateCoefficient": 24,
        "maxRelativeFundingRate": 0.0025, "contractValueTradePrecision": 3, "postOnly": False,
        "feeScheduleUid": "5b755fea-c5b0-4307-a66e-b392cd5bd931", "category": "",
        "makerProtectionMillis": 0, "tags": [], "tradfi": False, "mtf": False, "isExpired": False}


class Pipeline:
    """A demo pipeline over generated markets, in folders of its own."""

    def __init__(self, binaries, instruments, speed, traced=False, folder=None):
        self.binaries = Path(binaries)
        # On the disk of the checkout: memory has no fsync.
        self.folder = Path(tempfile.mkdtemp(prefix="pipeline-", dir=folder))
        # A socket's name may have 107 bytes.
        self.run = Path(tempfile.mkdtemp(prefix="il-"))
        self.trace = Path(tempfile.mkdtemp(prefix="trace-")) if traced else None
        listed = self.folder / "instruments.json"
        listed.write_text(json.dumps({
            "result": "success", "instruments": [contract(index) for index in range(instruments)],
            "serverTime": "2026-01-01T00:00:00.000Z"}))
        config = self.folder / "bench.yaml"
        # Narrow channels and near ways out: as many entries as one account makes in so few contracts.
        config.write_text(
            f"supervisor:\n  backoff_initial_ms: 10\n  breaker_deaths: 1000000\n"
            f"venue:\n  instruments: {listed}\n  rate_limits: false\n  initial_balance_usd: 1000000\n"
            "market_data:\n  history_candles: 60\n"
            "breakout:\n  channel_bars: 2\n  atr_bars: 3\n  stop_atr: 0.5\n  take_profit_r: 0.5\n"
            "risk_gate:\n  max_positions: 1000\n  max_notional_usd: 5000\n  risk_per_trade_pct: 0.01\n"
            "  min_stop_pct: 0.001\n  collar_pct: 5\norder_router:\n  rearm_cooldown_s: 0\n")
        environment = dict(os.environ, SWIFT_BACKTRACE="enable=no")
        if traced:
            environment.update(LD_PRELOAD=str(ROOT / ".build/bench/trace.so"), INTERLOCK_TRACE=str(self.trace))
        self.log = open(self.folder / "log", "ab")
        self.began = time.monotonic()
        self.supervisor = subprocess.Popen(
            [str(self.binaries / "supervisor"), "--run-dir", str(self.run), "--state-dir",
             str(self.folder / "state"), "--profile", "demo", "--config", str(config), "--speed", str(speed)],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=environment)

    def ask(self, name, verb="status"):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(20)
            peer.connect(str(self.run / "core" / f"{name}.sock"))
            peer.sendall(json.dumps({"verb": verb, "arguments": {}}).encode() + b"\n")
            return json.loads(peer.makefile().readline())

    def stages(self):
        """Name of each stage → what the supervisor says of it."""
        try:
            found = self.ask("supervisor")
        except (OSError, ValueError):
            return {}
        while "stages" not in found:
            found = next((value for value in found.values() if isinstance(value, dict)), {"stages": []})
        return {stage["name"]: stage for stage in found["stages"]}

    def wait_ready(self, patience=180):
        end = time.monotonic() + patience
        while time.monotonic() < end:
            stages = self.stages()
            if all(stages.get(name, {}).get("state") == "ready" for name in STAGES) and \
                    stages["order-router"]["status"].get("phase") == "ready":
                return time.monotonic() - self.began
            if self.supervisor.poll() is not None:
                break
            time.sleep(0.02)
        sys.stderr.write(Path(self.log.name).read_text()[-2000:])
        raise SystemExit("bench: the pipeline does not become ready")

    def venue(self):
        url = json.loads((self.run / "venue.json").read_text())["url"]
        parts = urllib.parse.urlparse(url)
        return parts.hostname, parts.port

    def stop(self):
        self.supervisor.terminate()
        try:
            self.supervisor.wait(60)
        except subprocess.TimeoutExpired:
            self.supervisor.kill()
            self.supervisor.wait()
        self.log.close()

    def forget(self):
        for folder in (self.folder, self.run, self.trace):
            if folder:
                shutil.rmtree(folder, ignore_errors=True)


# Traces

def read_trace(folder):
    """Process → its entries: time, kind, length, hash, head."""
    found = {}
    for path in folder.iterdir():
        rows = found.setdefault(path.name.rsplit("-", 1)[0], [])
        with open(path, "rb") as file:
            while len(block := file.read(1024)) == 1024:
                at, kind, length, digest = ENTRY.unpack_from(block)
                if not kind:
                    break
                rows.append((at, kind, length, digest, block[24:24 + min(length, 1000)]))
    return found


def hops(trace):
    """Edge → microseconds from one process's zmq_send to the other's zmq_msg_recv."""
    found = {}
    for source, target in HOPS:
        sent = {}
        for at, kind, length, digest, _ in trace.get(source, []):
            if kind == SENT:
                # A frame that is sent to several endpoints has the same bytes: the first counts.
                sent.setdefault((length, digest), at)
        # What is offered again has the same bytes once more: only its first arrival is a hop.
        arrived = {}
        for at, kind, length, digest, _ in trace.get(target, []):
            if kind == RECEIVED and at > sent.get((length, digest), at):
                arrived.setdefault((length, digest), at)
        found[f"{source} → {target}"] = [(at - sent[frame]) / 1000 for frame, at in arrived.items()]
    return found


def entries(trace, since=0):
    """For entries on candles sent after the moment `since`, in microseconds: from a closed candle's
    zmq_send to the bytes of the entry decided on it; its parts, to its intent at the router, to the
    last question to the venue, to the order's bytes; and from the intent to the order's bytes
    without the venue's time between that question and its answer."""
    import interlock_pb2 as pb
    from google.protobuf.message import DecodeError
    closed = {}
    for at, kind, _, _, head in trace.get("market-data", []):
        if kind != SENT:
            continue
        try:
            envelope = pb.Envelope.FromString(head)
        except DecodeError:
            continue
        if envelope.WhichOneof("body") == "candle":
            closed.setdefault(envelope.candle.instrument, []).append(at)
    offered = {(length, digest) for _, kind, length, digest, _ in trace.get("risk-gate", []) if kind == SENT}
    router = trace.get("order-router", [])
    intents = [(at, head) for at, kind, length, digest, head in router
               if kind == RECEIVED and (length, digest) in offered]
    questions = [at for at, kind, *_ in router if kind == QUESTION]
    answers = [at for at, kind, *_ in trace.get("paper-venue", []) if kind == ANSWER]
    found = []
    for at, kind, _, _, head in router:
        if kind != ORDER or b"reduceOnly=false" not in head:
            continue
        symbol = urllib.parse.parse_qs(head[head.index(b"orderType"):].decode()).get("symbol", [""])[0]
        before = [time for time in closed.get(symbol, []) if since < time < at]
        intent = [time for time, bytes in intents
                  if before and before[-1] < time < at and symbol.encode() in bytes]
        asked = [time for time in questions if intent and intent[0] < time < at]
        if asked:
            points = [before[-1], intent[0], asked[-1], at]
            wait = max((answer - asked[-1] for answer in answers if asked[-1] < answer < at), default=0)
            found.append([(at - before[-1]) / 1000] + [(b - a) / 1000 for a, b in zip(points, points[1:])]
                         + [(at - intent[0] - wait) / 1000])
    return found


def latency(binaries, seconds, folder):
    """Candle to order bytes beside the floor of the same hops, both at the same time."""
    pipeline = Pipeline(binaries, 8, 30, traced=True, folder=folder)
    floors = []
    floor_folder = Path(tempfile.mkdtemp(prefix="floor-"))
    try:
        pipeline.wait_ready()
        # What was decided on history waited for the router, not for a hop.
        ready = time.monotonic_ns()
        host, port = pipeline.venue()
        # The row goes to the disk the ledger is on; the sockets stay in a short path.
        data = pipeline.folder / "floor.sqlite"
        (floor_folder / "floor.sqlite").symlink_to(data)
        floor = subprocess.Popen(
            [str(ROOT / ".build/bench/floor"), str(floor_folder), host, str(port), "1000000", "300"],
            stdout=subprocess.PIPE, text=True)
        time.sleep(seconds)
        floor.terminate()
        for line in floor.stdout.read().splitlines():
            words = line.split()
            if len(words) == 6:
                floors.append([int(word) / 1000 for word in words])
        floor.wait()
        pipeline.stop()
        trace = read_trace(pipeline.trace)
        return {"entries": entries(trace, ready), "hops": hops(trace), "floors": floors[2:]}
    finally:
        if pipeline.supervisor.poll() is None:
            pipeline.supervisor.kill()
        pipeline.forget()
        shutil.rmtree(floor_folder, ignore_errors=True)


def recovery(binaries, rounds, folder):
    """Stage → milliseconds from SIGKILL to ready again, and from nothing to a pipeline that is ready."""
    pipeline = Pipeline(binaries, 2, 60, folder=folder)
    found = {"start of all": [pipeline.wait_ready() * 1000]}
    try:
        time.sleep(5)
        for _ in range(rounds):
            for name in ("order-router", "risk-gate", "signal-service", "market-data"):
                before = pipeline.wait_ready() and pipeline.stages()[name]
                begun = time.monotonic()
                os.kill(before["pid"], signal.SIGKILL)
                while time.monotonic() - begun < 60:
                    stage = pipeline.stages().get(name, {})
                    if stage.get("pid") not in (None, before["pid"]) and stage.get("state") == "ready" and \
                            (name != "order-router" or stage["status"].get("phase") == "ready"):
                        found.setdefault(name, []).append((time.monotonic() - begun) * 1000)
                        break
                    time.sleep(0.005)
                time.sleep(0.5)
        pipeline.stop()
        return found
    finally:
        if pipeline.supervisor.poll() is None:
            pipeline.supervisor.kill()
        pipeline.forget()


def growth(binaries, instruments, seconds, folder):
    """Stage → share of one core in percent, and megabytes resident and its own."""
    pipeline = Pipeline(binaries, instruments, 10, folder=folder)
    tick = os.sysconf("SC_CLK_TCK")

    def usage(pid):
        words = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(words[11]) + int(words[12])) / tick

    def memory(pid, key):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(key)) / 1024

    try:
        pipeline.wait_ready()
        time.sleep(5)
        pids = {name: stage["pid"] for name, stage in pipeline.stages().items()}
        pids["supervisor"] = pipeline.supervisor.pid
        before, begun = {name: usage(pid) for name, pid in pids.items()}, time.monotonic()
        time.sleep(seconds)
        passed = time.monotonic() - begun
        found = {
            name: {"cpu": 100 * (usage(pid) - before[name]) / passed, "resident": memory(pid, "VmRSS"),
                   "own": memory(pid, "RssAnon")} for name, pid in pids.items()}
        pipeline.stop()
        return found
    finally:
        if pipeline.supervisor.poll() is None:
            pipeline.supervisor.kill()
        pipeline.forget()
