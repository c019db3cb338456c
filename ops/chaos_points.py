"""The cells of the failpoint matrix: which stage passes which point, and at which passing it acts."""

import re

# Of the daemon's points the router has these, and shares those of EVERYONE; the rest stand in the same code for all stages.
ROUTERS = ("daemon.ready", "daemon.lock", "daemon.name", "daemon.latch", "daemon.heartbeat")
EVERYONE = ("daemon.drained", "daemon.answer")
STAGES = {"router": ["order-router"], "ledger": ["order-router"], "exchange": ["order-router"], "gate": ["risk-gate"],
          "signal": ["signal-service"], "data": ["market-data"], "supervisor": ["supervisor"],
          "daemon": ["risk-gate", "signal-service", "market-data"]}
WIRE = {"offer": ["signal-service", "risk-gate"], "verdict": ["signal-service", "risk-gate"],
        "deliver": ["risk-gate", "order-router"], "acknowledge": ["risk-gate", "order-router"],
        "publish": ["market-data", "order-router"], "hear": ["order-router", "risk-gate"],
        "question": ["order-router", "market-data"], "reply": ["order-router", "market-data"]}
APPEND = ["risk-gate", "signal-service", "paper-venue"]   # the venue's is the commit of its book
ELSEWHERE = ("ledger.migrate", "ledger.prune", "ledger.archive")   # LedgerTests; not in so short a life
# Passed so often in a life that not only the first passing is tried.
OFTEN = ("ledger.commit", "wire.publish", "wire.hear", "daemon.heartbeat", "daemon.append", "exchange.request", "exchange.send",
         "exchange.answer", "gate.signal", "gate.answer", "signal.candle", "signal.verdict", "data.publish", "data.answer",
         "router.stream", "router.answer", "router.intent")
# An idle pipeline has no signal, intent or doubt under way: these are no cells there.
BUSY = ("gate.signal", "gate.forward", "gate.verdict", "gate.record", "gate.answer", "wire.deliver", "wire.acknowledge",
        "wire.offer", "wire.verdict", "router.intent", "router.acknowledge", "router.entry", "router.latch",
        "router.resolve")


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
    if point.startswith(EVERYONE):
        return ["order-router", *STAGES["daemon"]]
    return APPEND if point.startswith("daemon.append") else STAGES[room]


class Cell:
    def __init__(self, stage, point, hit):
        self.stage, self.point, self.hit, self.fired, self.at = stage, point, hit, False, None

    def described(self):
        return {"stage": self.stage, "point": self.point, "hit": self.hit, "fired": self.fired, "wall_ms": self.at}


def passes_idle(stage, point):
    return (stage not in ("signal-service", "supervisor") and not point.startswith(BUSY)
            and (stage, point.rpartition(".")[0]) != ("risk-gate", "daemon.append"))


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
            if situation == "idle" and not passes_idle(stage, point):
                continue
            seldom = situation == "recovering" or not point.startswith(OFTEN)
            hit = 1 if seldom else dice.randint(2, 3 if situation == "idle" else 25)
            cells.append(Cell(stage, point, hit))
    dice.shuffle(cells)
    return cells
