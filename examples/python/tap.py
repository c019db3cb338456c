#!/usr/bin/env python3
"""Listens to everything that flows and says what it missed (docs/taps.md).

    tap.py RUN_DIRECTORY [--count N] [STREAM...]     one JSON object a line
"""
import argparse
import json
import signal
import sys

import interlock_pb2 as pb
import zmq
from google.protobuf.json_format import MessageToDict

STREAMS = {"trade": "trades", "candle": "candles", "ticker": "tickers", "signal": "signals",
           "decision": "decisions", "exit_decision": "decisions", "explanation": "decisions",
           "event": "orders", "control": "control"}
places = {}  # last (epoch, sequence) of each publisher


def missed(envelope):
    """How many messages of this publisher were lost before this one."""
    epoch, last = places.get(envelope.source, (envelope.epoch, envelope.sequence - 1))
    places[envelope.source] = envelope.epoch, envelope.sequence
    return envelope.sequence - last - 1 if epoch == envelope.epoch else 0


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("run_directory")
    flags.add_argument("streams", nargs="*", default=sorted(set(STREAMS.values())))
    flags.add_argument("--count", type=int, default=-1)
    flags = flags.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    tap = zmq.Context().socket(zmq.SUB)
    tap.linger = 0
    tap.connect(f"ipc://{flags.run_directory}/open/tap.ipc")
    tap.subscribe(b"")
    left = flags.count
    while left:
        envelope = pb.Envelope.FromString(tap.recv())
        if envelope.version != 1:
            sys.exit(f"tap.py: version {envelope.version}: another schema")
        lost = missed(envelope)
        if lost:
            print(json.dumps({"gap": lost, "source": envelope.source}), flush=True)
        inner = envelope
        if envelope.WhichOneof("body") == "relayed":
            inner = envelope.relayed
        kind = inner.WhichOneof("body")
        if STREAMS.get(kind) not in flags.streams:
            continue
        print(json.dumps({"stream": STREAMS[kind], "source": inner.source,
                          "epoch": inner.epoch, "sequence": inner.sequence,
                          kind: MessageToDict(getattr(inner, kind))}), flush=True)
        left -= 1


main()
