"""Unmodified ccxt clients; nothing but their `urls` points at the paper venue."""

import asyncio
import time
import unittest

import ccxt
import ccxt.pro

import markets
from venue import Venue

BTC = "BTC/USD:USD"
ETH = "ETH/USD:USD"
# How long a condition may take before the test fails; it is no claim about speed.
PATIENCE = 40


def settings(venue, **more):
    api = {
        "public": f"{venue.url}/derivatives/api/",
        "private": f"{venue.url}/derivatives/api/",
        "charts": f"{venue.url}/api/charts/",
        "history": f"{venue.url}/api/history/",
        "feeschedules": f"{venue.url}/api/feeschedules/",
        "ws": f"ws://{venue.host}/ws/v1",
    }
    values = {
        "apiKey": venue.key, "secret": venue.secret, "urls": {"api": api},
        "enableRateLimit": False, "enableLastJsonResponse": True, "timeout": 30_000,
    }
    return values | more


class VenueCase(unittest.TestCase):
    """A test with a venue of its own and a blocking client."""

    market = staticmethod(markets.still)
    speed = None

    def setUp(self):
        self.venue = Venue(self.market, self.speed)
        self.addCleanup(self.venue.stop)
        self.exchange = ccxt.krakenfutures(settings(self.venue))
        self.exchange.load_markets()

    def until(self, probe, what):
        """The first true result of `probe`."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            result = probe()
            if result:
                return result
            time.sleep(0.1)
        self.fail(f"never happened: {what}")

    # What most tests do

    def limit(self, side, amount, price, symbol=BTC, **params):
        return self.exchange.create_order(symbol, "limit", side, amount, price, params)

    def at_market(self, side, amount, symbol=BTC, **params):
        return self.exchange.create_order(symbol, "market", side, amount, None, params)

    def open_ids(self, symbol=None):
        return {order["id"] for order in self.exchange.fetch_open_orders(symbol)}

    def open_order(self, identifier):
        orders = [order for order in self.exchange.fetch_open_orders() if order["id"] == identifier]
        self.assertEqual(len(orders), 1, f"order {identifier} is not open once")
        return orders[0]

    def position(self, symbol=BTC):
        """Signed size; 0 when there is none."""
        rows = [row for row in self.exchange.fetch_positions() if row["symbol"] == symbol]
        self.assertLessEqual(len(rows), 1)
        return sum(row["contracts"] * (1 if row["side"] == "long" else -1) for row in rows)

    def trades_of(self, identifier):
        return [t for t in self.exchange.fetch_my_trades() if t["order"] == identifier]


class StreamCase(unittest.IsolatedAsyncioTestCase):
    """A test with a venue of its own, a streaming client and a blocking one to cause things."""

    market = staticmethod(markets.still)
    speed = None

    async def asyncSetUp(self):
        self.venue = Venue(self.market, self.speed)
        self.addCleanup(self.venue.stop)
        self.stream = ccxt.pro.krakenfutures(settings(self.venue))
        self.addAsyncCleanup(self.stream.close)
        await self.stream.load_markets()

    async def first(self, watch, matches, what, state=lambda: None):
        """The first update of `watch()`, or `state()` of its cache, that `matches`.

        A client that is not awaited when a message comes wakes nobody; its cache has it all the
        same, so the cache is looked at too.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            waiting = asyncio.ensure_future(watch())
            done, _ = await asyncio.wait([waiting], timeout=0.5)
            seen = [state()]
            if done:
                seen.insert(0, waiting.result())
            else:
                waiting.cancel()
            for update in seen:
                if update is not None and matches(update):
                    return update
        self.fail(f"never happened: {what}")

    async def within(self, awaitable, what):
        try:
            return await asyncio.wait_for(awaitable, PATIENCE)
        except asyncio.TimeoutError:
            self.fail(f"never happened: {what}")

    async def place(self, kind, side, amount, price=None, symbol=BTC, **params):
        return await self.stream.create_order(symbol, kind, side, amount, price, params)
