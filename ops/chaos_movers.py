"""What a pipeline passes seldom or never by itself, brought about while a life of ops/chaos --matrix waits for it.

A mover is called from its life's first second on and every few seconds again, until the point has fired: what it asks
may be dead. It never waits long, and what it says or is told is nobody's evidence.
"""

import json
import socket

AGAIN = 3      # seconds between two attempts
PATIENCE = 15  # a life that waits for a mover lives at least so long
REFUSAL = json.dumps({"result": "success", "sendStatus": {"status": "insufficientAvailableFunds"}})


def drain(pipeline, stage):
    pipeline.command("restart", stage)


def close(pipeline, _):
    """One position: the others stay for the points that come after."""
    positions = pipeline.ask("positions")
    if positions:
        symbol = pipeline.dice.choice(sorted(row["instrument"] for row in positions))
        pipeline.command("flatten", "--symbol", symbol, "--reason", "chaos", "--execute")


def press(pipeline, stage):
    """The venue refuses closes at market, for whatever; after the third the router stops all entries by the latch."""
    forget(pipeline)
    pipeline.admin("POST", "/faults", {
        "id": "refuses-closes", "every": True, "match": {"path": "sendorder", "parameters": {"orderType": "mkt"}},
        "fault": {"kind": "status", "code": 200, "body": REFUSAL}})
    close(pipeline, stage)


def forget(pipeline):
    for fault in pipeline.admin("GET", "/faults")["faults"]:
        if fault["id"] == "refuses-closes":
            pipeline.admin("DELETE", "/faults/refuses-closes")


def release(pipeline):
    """Undoes `press`; returns whether entries may leave again."""
    forget(pipeline)
    status = pipeline.ask("kill-switch", "status", "--state-dir", str(pipeline.state))
    if status and not status["active"]:
        return True
    pipeline.command("kill-switch", "acknowledge", "--reason", "chaos")
    return False


def amend(pipeline, _):
    """Two readings show stops that rest elsewhere than they were placed: the router puts them right."""
    for place in range(8):
        pipeline.admin("POST", "/faults", {
            "times": 2, "match": {"path": "openorders"},
            "fault": {"kind": "set", "at": f"openOrders.{place}.stopPrice", "value": 7}})


def lose_ballast(pipeline, _):
    (pipeline.state / "ledger.sqlite.ballast").unlink(missing_ok=True)


def ask(pipeline, stage):
    """Questions of every kind, to whoever answers them."""
    pipeline.command("tap", "orders", "--since", "1", "--count", "1")
    pipeline.command("tap", "candles", "--count", "1")
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(0.2)
        control.connect(str(pipeline.run / "core" / f"{stage}.sock"))
        control.sendall(b'{"verb":"status"}\n')


def reconcile(pipeline, _):
    pipeline.command("reconcile")


def copy(pipeline, _):
    pipeline.command("ledger", "copy", str(pipeline.state / f"copy-{pipeline.dice.randrange(1 << 30)}.sqlite"))


def tell(pipeline, _):
    """Something new to commit and to publish, in an idle pipeline too."""
    scope = f"strategy:nobody-{pipeline.dice.randrange(10000)}"
    pipeline.command("lock", scope, "--minutes", "1", "--reason", "chaos")


# By the beginning of the point's name.
MOVERS = {
    "daemon.drained": drain, "router.exit": close, "router.cancel": close, "router.press": press, "daemon.latch": press, "router.amend": amend,
    "ledger.ballast": lose_ballast, "ledger.copy": copy, "daemon.answer": ask, "wire.question": ask, "wire.reply": ask, "router.replay": ask,
    "router.reading": reconcile, "router.publish": tell, "wire.publish": tell, "router.commit": tell, "ledger.commit": tell,
}


def mover_of(point):
    return next((act for start, act in MOVERS.items() if point.startswith(start)), None)
