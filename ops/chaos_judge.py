"""Judges a run of ops/chaos from evidence that is not the router's word.

Decisions are the proposer's lines in signals.jsonl, acknowledgements the gate's lines in gate.jsonl,
orders, fills, positions and exposures the venue's book. The ledger file is read, after the end, only to
see whether what was acknowledged is in it and what it still doubts. The client order id of every entry is
computed here anew from the proposer's record, so a router that hashes or counts wrongly is found.
"""

import hashlib
import json
from collections import defaultdict
from decimal import Decimal

MOST_GENERATIONS = 64
DEAD_WORDS = {"rejected"}


def intent_hash(account, line, generation):
    """SHA-256 of what was decided, as docs/wire.md and IntentKey have it: length and UTF-8 of each field."""
    fields = ["interlock-intent-1", account, line["instrument"], line["strategy"], line["direction"],
              line["setup"], str(generation)]
    data = b"".join(len(f.encode()).to_bytes(2, "big") + f.encode() for f in fields)
    return hashlib.sha256(data).digest()


def entry_tail(intent):
    """The client order id of an entry's only attempt, without the installation's four bytes."""
    digest = hashlib.sha256(b"interlock-order-2" + intent + b"entry/0/1").digest()
    raw = bytearray(16)
    raw[4:16] = digest[4:16]
    raw[6] = raw[6] & 0x0F | 0x80
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return "-".join([text[8:12], text[12:16], text[16:20], text[20:]])


def lines(path):
    """The whole lines of an append-only file; one that was cut off is no evidence."""
    try:
        with open(path, "rb") as file:
            raw = file.read().split(b"\n")
    except FileNotFoundError:
        return []
    found = []
    for line in raw:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def closures(book, owner_of):
    """Per setup, when its positions were back at zero, from the venue's fills alone; and entries that
    filled on top of another setup's position."""
    net, owner = defaultdict(Decimal), {}
    closed, stacked = defaultdict(list), []
    for fill in sorted(book["fills"], key=lambda f: (f["wall_ms"], int("".join(filter(str.isdigit, f["fill_id"])) or 0))):
        symbol = fill["symbol"]
        setup = owner_of.get(fill.get("client_order_id"))
        if setup is not None:
            if net[symbol] != 0 and owner.get(symbol) != fill["client_order_id"]:
                stacked.append(f"{symbol}: entry {fill['client_order_id']} filled on a position of "
                               f"{owner.get(symbol)}")
            owner[symbol] = fill["client_order_id"]
        net[symbol] += Decimal(fill["size"]) * (1 if fill["side"] == "buy" else -1)
        if net[symbol] == 0 and symbol in owner:
            closed[owner_of.get(owner[symbol])].append(fill["wall_ms"])
    return closed, stacked


def judge(account, signals, gate, book, ledger, deadline_ms, read_at_ms, cooldown_ms=0):
    """Returns the numbers and, in sentences, what is wrong."""
    known, setups = {}, {}
    for line in signals:
        setup = (line["instrument"], line["strategy"], line["direction"], line["setup"])
        if setup in setups:
            continue
        setups[setup] = line
        for generation in range(MOST_GENERATIONS):
            known[entry_tail(intent_hash(account, line, generation))] = (setup, generation)

    findings, duplicates = [], 0
    entries = [o for o in book["orders"] if not o["reduce_only"]]
    owner_of, taken = {}, defaultdict(list)
    for order in entries:
        tail = (order["client_order_id"] or "").partition("-")[2]
        if tail not in known:
            duplicates += 1
            findings.append(f"entry {order['client_order_id']} on {order['symbol']} follows from no recorded decision")
            continue
        setup, _ = known[tail]
        owner_of[order["client_order_id"]] = setup
        if order["status"] not in DEAD_WORDS:
            taken[known[tail]].append(order)
    closed, stacked = closures(book, owner_of)
    for (setup, generation), orders in taken.items():
        if len(orders) > 1:
            duplicates += len(orders) - 1
            findings.append(f"{len(orders)} entries of one decision: {setup} generation {generation}")
        before = [t for t in closed[setup] if t + cooldown_ms <= orders[0]["received_ms"]]
        if generation > len(before):
            duplicates += 1
            findings.append(f"{setup}: generation {generation} after {len(before)} closed positions")
    # Filled nothing and was cancelled: the decision may be re-armed only by a traded position, so the
    # generations of a setup that were taken are consecutive from 0.
    for repeat in book["repeated"]:
        duplicates += 1
        findings.append(f"client order id {repeat['client_order_id']} came a second time")
    duplicates += len(stacked)
    findings += stacked

    acknowledged = {line["intent"] for line in gate if line.get("accepted")}
    lost = acknowledged - set(ledger["intents"])
    findings += [f"acknowledged intent {intent} is not in the ledger" for intent in sorted(lost)]
    wrong = {line["intent"] for line in gate if line.get("accepted")} - {
        intent_hash(account, line, g).hex() for line in setups.values() for g in range(8)}
    if wrong:
        duplicates += len(wrong)
        findings.append(f"{len(wrong)} acknowledged hashes follow from no recorded decision")

    unprotected = 0
    for exposure in book["exposures"]:
        lasted = exposure["until_ms"] - exposure["since_ms"]
        if lasted > deadline_ms:
            unprotected += 1
            findings.append(f"{exposure['symbol']} was without its full stop for {lasted} ms, from {exposure['since_ms']}")
    for position in book["positions"]:
        since = position["uncovered_since_ms"]
        if since is not None and read_at_ms - since > deadline_ms:
            unprotected += 1
            findings.append(f"{position['symbol']} is without its full stop since {since}")
    if not book.get("complete", True):
        findings.append("the venue's book is not complete: its findings were cut off")

    filled_ids = {fill.get("client_order_id") for fill in book["fills"]}
    filled = sum(1 for orders in taken.values() if any(o["client_order_id"] in filled_ids for o in orders))
    findings += [f"{o} is {s} at the end" for o, s in ledger["doubts"].items()]
    return {
        "accepted": len(acknowledged), "filled": filled, "duplicate_orders": duplicates, "lost_intents": len(lost),
        "unprotected": unprotected, "held": sum(s == "held" for s in ledger["doubts"].values()),
        "unknown_left": sum(s != "held" for s in ledger["doubts"].values()),
    }, findings
