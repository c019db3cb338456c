#!/usr/bin/env python3
"""A venue that only talks: as many public messages a second as it is told to send.

    ops/marketload.py INSTRUMENTS TRADES TICKERS FILE

Serves, on a free port of loopback that it writes into FILE, what market-data asks of Kraken Futures
and a WebSocket v1 with TRADES trades and TICKERS tickers a second of each instrument, in slices of
10 ms. No dependency beside Python's own library.
"""
import asyncio
import base64
import hashlib
import json
import sys
import time

COUNT, TRADES, TICKERS = (int(word) for word in sys.argv[1:4])
NAMES = [f"PF_C{index}USD" for index in range(COUNT)]
SLICE = 0.01


def now():
    return int(time.time() * 1000)


def instruments():
    return [
        {
            "symbol": name, "type": "flexible_futures", "tickSize": 0.5, "contractSize": 1,
            "contractValueTradePrecision": 4, "maxPositionSize": 1000000, "tradeable": True,
            "marginLevels": [
                {"numNonContractUnits": 0, "initialMargin": 0.02, "maintenanceMargin": 0.01}
            ],
        }
        for name in NAMES
    ]


def tickers():
    return [
        {"symbol": name, "bid": 50000.5, "ask": 50001.0, "last": 50000.5, "markPrice": 50000.5}
        for name in NAMES
    ]


def candles(target):
    path, _, query = target.partition("?")
    length = {"1m": 60, "5m": 300, "15m": 900, "1h": 3600}[path.rsplit("/", 1)[1]]
    start = int(dict(part.split("=") for part in query.split("&"))["from"])
    first = -(-start // length) * length
    last = int(time.time())
    bars = [
        {"time": at * 1000, "open": "50000.5", "high": "50004.5", "low": "50000.5",
         "close": "50000.5", "volume": "5"}
        for at in range(first, last + 1, length)
    ][:2000]
    return {"candles": bars, "more_candles": False}


def answer(target):
    if "/charts/" in target:
        return candles(target)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    body = {"result": "success", "serverTime": stamp}
    if target.endswith("/instruments"):
        body["instruments"] = instruments()
    elif target.endswith("/tickers"):
        body["tickers"] = tickers()
    return body


def frame(text):
    data = text.encode()
    if len(data) < 126:
        return bytes([0x81, len(data)]) + data
    return bytes([0x81, 126]) + len(data).to_bytes(2, "big") + data


async def read_frame(reader):
    head = await reader.readexactly(2)
    length = head[1] & 127
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2), "big")
    elif length == 127:
        length = int.from_bytes(await reader.readexactly(8), "big")
    mask = await reader.readexactly(4)
    data = await reader.readexactly(length)
    return head[0] & 15, bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))


class Session:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.numbers = {}
        self.tickers = []

    async def listen(self):
        while True:
            kind, data = await read_frame(self.reader)
            if kind == 8:
                return
            if kind == 9:
                self.writer.write(bytes([0x8A, len(data)]) + data)
            if kind != 1:
                continue
            asked = json.loads(data)
            for name in asked.get("product_ids", []):
                self.writer.write(frame(json.dumps(
                    {"event": "subscribed", "feed": asked["feed"], "product_ids": [name]})))
                if asked["feed"] == "trade":
                    self.writer.write(frame(json.dumps(
                        {"feed": "trade_snapshot", "product_id": name, "trades": []})))
                    self.numbers[name] = 0
                elif asked["feed"] == "ticker":
                    self.tickers.append(name)

    async def talk(self):
        start = time.monotonic()
        made = {"trade": 0, "ticker": 0}
        beat = 0
        while True:
            await asyncio.sleep(SLICE)
            passed = time.monotonic() - start
            stamp = now()
            parts = []
            if passed >= beat:
                beat += 1
                parts.append(frame('{"feed":"heartbeat","time":%d}' % stamp))
            names = list(self.numbers)
            for _ in range(int(passed * TRADES * len(names)) - made["trade"] if names else 0):
                name = names[made["trade"] % len(names)]
                made["trade"] += 1
                self.numbers[name] += 1
                number = self.numbers[name]
                parts.append(frame(
                    '{"feed":"trade","product_id":"%s",'
                    '"uid":"05af78ac-a774-478c-a50c-8b9c23%06d","side":"sell","type":"fill",'
                    '"seq":%d,"time":%d,"qty":0.15,"price":%d.5}'
                    % (name, number % 1000000, number, stamp, 50000 + number % 9)))
            due = int(passed * TICKERS * len(self.tickers)) - made["ticker"]
            for _ in range(due if self.tickers else 0):
                name = self.tickers[made["ticker"] % len(self.tickers)]
                made["ticker"] += 1
                parts.append(frame(
                    '{"time":%d,"product_id":"%s","funding_rate":-3.47e-05,'
                    '"funding_rate_prediction":-6.1e-05,"relative_funding_rate":-1.0e-09,'
                    '"next_funding_rate_time":1795568400000,"feed":"ticker","bid":50000.5,'
                    '"ask":50001.0,"bid_size":150.0,"ask_size":24.9,"volume":12575.0,"dtm":0,'
                    '"leverage":"50x","index":50001.2,"premium":0.1,"last":50000.5,"change":2.3,'
                    '"suspended":false,"tag":"perpetual","pair":"C:USD","openInterest":30072580.0,'
                    '"markPrice":%d.5,"maturityTime":0,"post_only":false,"volumeQuote":1275.4}'
                    % (stamp, name, 50000 + made["ticker"] % 7)))
            self.writer.write(b"".join(parts))
            await self.writer.drain()


async def serve(reader, writer):
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            target = head.split(" ")[1]
            fields = dict(
                line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            if fields.get("upgrade") == "websocket":
                key = [line for line in head.split("\r\n")
                       if line.lower().startswith("sec-websocket-key")][0].split(": ")[1]
                proof = base64.b64encode(hashlib.sha1(
                    (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
                writer.write(
                    ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                     f"Connection: Upgrade\r\nSec-WebSocket-Accept: {proof}\r\n\r\n").encode())
                session = Session(reader, writer)
                talk = asyncio.ensure_future(session.talk())
                try:
                    await session.listen()
                finally:
                    talk.cancel()
                return
            body = json.dumps(answer(target)).encode()
            writer.write(
                ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                 f"Content-Length: {len(body)}\r\n\r\n").encode() + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20)
    with open(sys.argv[4], "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    async with server:
        await server.serve_forever()


asyncio.run(main())
