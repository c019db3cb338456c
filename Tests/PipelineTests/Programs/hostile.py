#!/usr/bin/env python3
"""Everything a strategy program must not be able to do; says what it was told."""
import json
import os
import resource
import sys
import time

import interlock_pb2 as pb
import zmq

me = json.loads(sys.stdin.readline())
context = zmq.Context()
token = bytes.fromhex(me["token"])
sequence = 0


def say(*words):
    print(*words, flush=True)


def connect(endpoint):
    socket = context.socket(zmq.DEALER)
    socket.linger = 0
    socket.connect(endpoint)
    return socket


def hello(socket, source, secret, build=""):
    socket.send(pb.LinkFrame(version=1, hello=pb.Hello(
        epoch=me["epoch"], token=secret, source=source, build=build)).SerializeToString())


def answer(socket, kind, seconds=20.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if socket.poll(100):
            frame = pb.LinkFrame.FromString(socket.recv())
            if frame.WhichOneof("body") == kind:
                return getattr(frame, kind)
    return None


def send(gate, payload):
    global sequence
    sequence += 1
    gate.send(pb.LinkFrame(version=1, data=pb.Data(
        epoch=me["epoch"], sequence=sequence, payload=payload)).SerializeToString())


def verdict(gate, payload):
    global sequence
    for _ in range(30):
        send(gate, payload)  # again under the same number until it is answered
        end = time.monotonic() + 1
        got = answer(gate, "acknowledgement", 1)
        while got is not None and got.sequence != sequence and time.monotonic() < end + 10:
            got = answer(gate, "acknowledgement", 1)
        if got is not None and got.sequence == sequence:
            return " ".join(d.reason for d in pb.Verdict.FromString(got.verdict).denials)
        sequence -= 1
    return "silence"


def signal(**changes):
    fields = dict(
        id=f"{me['strategy']}/{time.time_ns()}", strategy=me["strategy"], instrument="PF_XBTUSD",
        direction=1, setup="s", worst_price_ticks=200_000, stop_ticks=190_000,
        market_decided_at_ms=1, wall_valid_until_ms=int(time.time() * 1000) + 5000)
    fields.update(changes)
    return pb.Signal(**fields).SerializeToString()


say("descriptors", resource.getrlimit(resource.RLIMIT_NOFILE)[1])
say("secrets", sum("token" in k.lower() or "secret" in k.lower() or me["token"] in v
                   for k, v in os.environ.items()))
gate = connect(me["signals"])
hello(gate, "program/breakout", token)
say("other-name", answer(gate, "refusal").reason)
hello(gate, "signal-service", token, "x")
hello(gate, "signal-service", token)
reasons = [answer(gate, "refusal").reason for _ in range(2)]
say("stage", "the token is not this instance's" if all("is not" in r for r in reasons) else reasons)
router = connect(me["signals"].replace("/open/signals", "/core/intents"))
hello(router, me["source"], token)
got = answer(router, "refusal", 2.0)
say("router silent or refused:", got and got.reason)
gate.send(b"")
gate.send_multipart([b"x"] * 9)
hello(gate, me["source"], token)
assert answer(gate, "welcome") is not None
say("identity", verdict(gate, signal(strategy="breakout")))
say("identity", verdict(gate, signal(id="breakout/PF_XBTUSD/1")))
say("eternal", verdict(gate, signal(wall_valid_until_ms=253_402_300_799_999)))
say("stale", verdict(gate, signal(wall_valid_until_ms=1)))
say("garbage", verdict(gate, os.urandom(1000)), verdict(gate, b""))
say("exit", verdict(gate, pb.ExitProposal(
    id=f"{me['strategy']}/x", strategy=me["strategy"], instrument="PF_SOLUSD", signal="y",
    reason="MINE", market_decided_at_ms=1,
    wall_valid_until_ms=int(time.time() * 1000) + 5000).SerializeToString()))
for _ in range(20_000):
    send(gate, signal())
say("flood", verdict(gate, signal()))
for _ in range(5_000):  # each would be told everything that is kept
    hello(gate, me["source"], token)
snapshot = connect(me["snapshot"])
snapshot.send(pb.Request(version=1, id=1, market_snapshot=pb.MarketSnapshotRequest(
    candles=100_000)).SerializeToString())
reply = pb.Reply.FromString(snapshot.recv()) if snapshot.poll(20_000) else pb.Reply()
say("requests refused" if reply.refusal else "requests answered", reply.refusal)
for _ in range(2_000):
    snapshot.send(os.urandom(100), zmq.DONTWAIT) if snapshot.poll(0, zmq.POLLOUT) else None
import socket as plain  # noqa: E402

path = me["signals"].removeprefix("ipc://")
count = 0
for _ in range(10_000):
    one = plain.socket(plain.AF_UNIX)
    one.settimeout(5)
    try:
        one.connect(path)
        one.send(os.urandom(16))
    except OSError:
        time.sleep(0.01)
    one.close()
    count += 1
say("connects", count)
held = []
try:
    while True:
        held.append(plain.socket(plain.AF_UNIX))
        held[-1].settimeout(5)
        held[-1].connect(path)
except OSError as error:
    say("descriptors used up after", len(held), error)
say("done")
while True:  # and stays, with all it holds
    time.sleep(1)
