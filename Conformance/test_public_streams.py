"""ccxt.pro on the public feeds."""

import asyncio
import unittest

import markets
from clients import BTC, ETH, StreamCase


class StillMarket(StreamCase):
    """Public feeds of a market that stands at 100,000 and 4,000."""

    async def test_the_ticker_is_the_one_rest_tells(self):
        rest = await self.stream.fetch_ticker(BTC)
        ticker = await self.within(self.stream.watch_ticker(BTC), "a ticker")
        for field in ["symbol", "bid", "ask", "bidVolume", "askVolume", "last", "markPrice",
                      "indexPrice"]:
            self.assertEqual(ticker[field], rest[field], field)
        info = ticker["info"]
        self.assertIs(info["suspended"], False)
        self.assertEqual((info["tag"], info["feed"]), ("perpetual", "ticker"))
        self.assertEqual(int(info["next_funding_rate_time"]) % 3_600_000, 0)

    async def test_tickers_of_two_markets_come_over_one_subscription(self):
        seen = {}
        async def look():
            while set(seen) != {BTC, ETH}:
                seen.update(await self.stream.watch_tickers([BTC, ETH]))
        await self.within(look(), "a ticker of each market")
        self.assertEqual((seen[BTC]["last"], seen[ETH]["last"]), (100_000, 4_000))

    async def test_the_light_ticker_has_the_best_prices(self):
        rest = await self.stream.fetch_ticker(ETH)
        update = (await self.within(self.stream.watch_bids_asks([ETH]), "a light ticker"))[ETH]
        self.assertEqual((update["bid"], update["ask"]), (rest["bid"], rest["ask"]))

    async def test_the_book_is_the_one_rest_tells(self):
        rest = await self.stream.fetch_order_book(BTC)
        book = await self.within(self.stream.watch_order_book(BTC), "a book")
        self.assertEqual([list(row) for row in book["bids"]], rest["bids"])
        self.assertEqual([list(row) for row in book["asks"]], rest["asks"])

    async def test_trades_of_the_snapshot_are_those_rest_tells(self):
        trades = await self.within(self.stream.watch_trades(BTC), "the snapshot")
        rest = {t["id"]: t for t in await self.stream.fetch_trades(
            BTC, params={"method": "publicGetHistory"})}
        both = [trade for trade in trades if trade["id"] in rest]
        self.assertGreater(len(both), 10)
        for trade in both:
            for field in ["price", "amount", "side", "timestamp", "symbol"]:
                self.assertEqual(trade[field], rest[trade["id"]][field], field)


class MovingMarket(StreamCase):
    """A market that moves for some seconds and then stands still."""

    market = staticmethod(markets.ending)
    speed = 600

    async def test_the_book_stays_consistent_and_ends_as_rest_tells_it(self):
        updates = 0
        async def look():
            nonlocal updates
            while True:
                watch = asyncio.ensure_future(self.stream.watch_order_book(BTC))
                done, _ = await asyncio.wait([watch], timeout=2)
                if done:
                    book = watch.result()
                    updates += 1
                    bids, asks = book["bids"], book["asks"]
                    self.assertLess(bids[0][0], asks[0][0], "the book is crossed")
                    prices = [row[0] for row in bids]
                    self.assertEqual(prices, sorted(set(prices), reverse=True))
                    continue
                watch.cancel()
                rest = await self.stream.fetch_order_book(BTC)
                book = self.stream.orderbooks[BTC]
                if ([list(r) for r in book["bids"]], [list(r) for r in book["asks"]]) == (
                        rest["bids"], rest["asks"]):
                    return
        await self.within(look(), "book and REST agree")
        self.assertGreater(updates, 5)

    async def test_trades_of_the_market_come_in_order(self):
        seen = {}
        async def look():
            while len(seen) < 5:
                for trade in await self.stream.watch_trades(BTC):
                    seen[trade["id"]] = trade
        await self.within(look(), "five trades")
        sequence = [int(t["info"]["seq"]) for t in seen.values()]
        self.assertEqual(len(set(sequence)), len(sequence))
        ordered = sorted(seen.values(), key=lambda t: int(t["info"]["seq"]))
        times = [t["timestamp"] for t in ordered]
        self.assertEqual(times, sorted(times))


if __name__ == "__main__":
    unittest.main()
