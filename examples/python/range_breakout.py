#!/usr/bin/env python3
"""A strategy for Interlock: follows breakouts of the last 20 one-minute candles (README.md)."""
import json
import sys
import time

import interlock_pb2 as pb
import zmq

BARS, VALID_MS, HELLO_S, OFFER_S = 20, 10_000, 2.0, 0.25
me = json.loads(sys.stdin.readline())  # who we are and where the two sockets are
context = zmq.Context()
market, snapshot, gate = (context.socket(kind) for kind in (zmq.SUB, zmq.DEALER, zmq.DEALER))
for socket, endpoint in (market, "market"), (snapshot, "snapshot"), (gate, "signals"):
    socket.linger = 0
    socket.connect(me[endpoint])
market.subscribe(b"")
bars, held, waiting = {}, {}, {}  # candles and own position per instrument; unanswered payloads
place, reported, sequence, hello_at, ask_at = None, 0, 0, 0.0, 0.0


def offer(payload, valid_until_ms):
    """Numbers a payload 1, 2, 3…; it is offered again until the gate has answered."""
    global sequence
    sequence += 1
    waiting[sequence] = [payload.SerializeToString(), valid_until_ms, 0.0]


def decide(candle, past):
    """A function of candles and position alone, so that a restart decides the same again."""
    name, close = candle.instrument, candle.close_ticks
    at, until = candle.market_open_time_ms + 60_000, int(time.time() * 1000) + VALID_MS
    high, low = max(past, key=lambda b: b.high_ticks), min(past, key=lambda b: b.low_ticks)
    lots, opener = held.get(name, (0, ""))
    if lots:
        if (close - (high.high_ticks + low.low_ticks) // 2) * lots < 0:  # back past the middle
            offer(pb.ExitProposal(id=f"{me['strategy']}/{name}/{at}/exit", strategy=me["strategy"],
                                  instrument=name, signal=opener, reason="BACK_IN_RANGE",
                                  market_decided_at_ms=at, wall_valid_until_ms=until), until)
        return
    sign = (close > high.high_ticks) - (close < low.low_ticks)
    if sign == 0:
        return
    side, edge = ("long", high) if sign > 0 else ("short", low)
    level = edge.high_ticks if sign > 0 else edge.low_ticks
    worst = close + sign * max(1, close // 1000)
    risk = max(close // 250, 2 * sum(b.high_ticks - b.low_ticks for b in past) // len(past))
    offer(pb.Signal(id=f"{me['strategy']}/{name}/{at}/{side}", strategy=me["strategy"],
                    instrument=name, direction=1 if sign > 0 else 2,
                    setup=f"{side}-{level}-{edge.market_open_time_ms}", worst_price_ticks=worst,
                    stop_ticks=close - sign * risk, take_profit_ticks=[worst + sign * 2 * risk],
                    market_decided_at_ms=at, wall_valid_until_ms=until), until)


def take(candle, live):
    """Each candle once and in order; only a live one right after the last is decided on."""
    past = bars.setdefault(candle.instrument, [])
    if candle.timeframe != pb.TIMEFRAME_1M or past and (
            candle.market_open_time_ms <= past[-1].market_open_time_ms):
        return
    if live and len(past) == BARS:
        decide(candle, past)
    bars[candle.instrument] = (past + [candle])[-BARS:]


while True:
    now = time.monotonic()
    if hello_at <= now:  # also tells a gate that was restarted that we are here
        hello_at = now + HELLO_S
        gate.send(pb.LinkFrame(version=1, hello=pb.Hello(
            epoch=me["epoch"], token=bytes.fromhex(me["token"]), source=me["source"],
            reports_after=reported)).SerializeToString())
    if ask_at is not None and ask_at <= now:
        ask_at = now + 1
        snapshot.send(pb.Request(version=1, id=1, market_snapshot=pb.MarketSnapshotRequest(
            candles=BARS)).SerializeToString())
    for number, entry in sorted(waiting.items()):
        if entry[1] <= time.time() * 1000:
            del waiting[number]
        elif entry[2] <= now:
            entry[2] = now + OFFER_S
            gate.send(pb.LinkFrame(version=1, data=pb.Data(
                epoch=me["epoch"], sequence=number, payload=entry[0])).SerializeToString())
    for socket in zmq.select([market, snapshot, gate], [], [], 0.1)[0]:
        frame = socket.recv()
        if socket is snapshot:
            reply = pb.Reply.FromString(frame)
            for candle in reply.candles:
                take(candle, live=False)
            ask_at = None if reply.candles else ask_at
        elif socket is market:
            envelope = pb.Envelope.FromString(frame)
            if place != (envelope.epoch, envelope.sequence - 1):
                ask_at = 0.0  # something was missed, or the publisher is another one
            place = (envelope.epoch, envelope.sequence)
            if envelope.HasField("candle"):
                take(envelope.candle, live=ask_at is None)
        else:
            answer = pb.LinkFrame.FromString(frame)
            if answer.HasField("acknowledgement"):
                waiting.pop(answer.acknowledgement.sequence, None)
                verdict = pb.Verdict.FromString(answer.acknowledgement.verdict)
                print("accepted" if verdict.accepted else
                      [f"{d.reason} {d.detail}" for d in verdict.denials], flush=True)
            elif answer.HasField("report"):
                report = answer.report
                reported = max(reported, report.number)
                if report.HasField("position"):
                    held[report.position.instrument] = (report.position.signed_lots, report.signal)
            elif answer.HasField("refusal"):
                print(answer.refusal.reason, flush=True)
                hello_at = 0.0 if answer.refusal.reason == "hello first" else hello_at
