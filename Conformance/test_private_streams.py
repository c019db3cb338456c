"""ccxt.pro on the feeds of an account."""

import asyncio
import unittest

import ccxt

import markets
from clients import BTC, StreamCase

START = 100_000


class Streams(StreamCase):
    """Orders, fills, positions and balances as they happen."""

    async def orders_until(self, identifier, matches, what):
        """Watches until the order with `identifier` matches."""
        def found(orders):
            return [o for o in orders if o["id"] == identifier and matches(o)]
        orders = await self.first(
            self.stream.watch_orders, found, what, lambda: self.stream.orders)
        return found(orders)[-1]

    async def test_a_resting_order_shows_and_ends_cancelled(self):
        order = await self.place("limit", "buy", 0.01, 90_000)
        seen = await self.orders_until(order["id"], lambda o: True, "the order")
        self.assertEqual((seen["symbol"], seen["side"], seen["type"]), (BTC, "buy", "limit"))
        self.assertEqual((seen["price"], seen["remaining"], seen["filled"]), (90_000, 0.01, 0))
        await self.stream.cancel_order(order["id"])
        await self.orders_until(order["id"], lambda o: o["status"] == "canceled", "the cancel")

    async def test_a_new_order_comes_after_the_subscription(self):
        first = await self.place("limit", "buy", 0.01, 90_000)
        await self.orders_until(first["id"], lambda o: True, "the snapshot")
        second = await self.place("limit", "sell", 0.02, 110_000)
        seen = await self.orders_until(second["id"], lambda o: True, "the new order")
        self.assertEqual((seen["side"], seen["remaining"]), ("sell", 0.02))

    async def test_an_edit_shows_the_new_price(self):
        order = await self.place("limit", "buy", 0.01, 90_000)
        await self.orders_until(order["id"], lambda o: True, "the order")
        await self.stream.edit_order(order["id"], BTC, "limit", "buy", 0.02, 91_000)
        seen = await self.orders_until(
            order["id"], lambda o: o["price"] == 91_000, "the edited order")
        self.assertEqual(seen["remaining"], 0.02)

    async def test_a_trigger_shows_its_price_and_signal(self):
        await self.place("market", "buy", 0.01)
        order = await self.place("market", "sell", 0.01, stopLossPrice=90_000)
        seen = await self.orders_until(order["id"], lambda o: True, "the stop")
        self.assertEqual((seen["type"], seen["triggerPrice"]), ("stop", 90_000))
        self.assertEqual(seen["info"]["triggerSignal"], "last")
        self.assertIs(seen["info"]["reduce_only"], True)

    async def test_a_market_order_shows_as_my_trade(self):
        await self.within(self.stream.watch_my_trades(), "the snapshot")
        order = await self.place("market", "sell", 0.05)
        def mine(trades):
            return [t for t in trades if t["order"] == order["id"]]
        trades = mine(await self.first(
            self.stream.watch_my_trades, mine, "the fill", lambda: self.stream.myTrades))
        self.assertAlmostEqual(sum(t["amount"] for t in trades), 0.05)
        trade = trades[0]
        self.assertEqual((trade["side"], trade["symbol"], trade["takerOrMaker"]),
                         ("sell", BTC, "taker"))
        self.assertEqual(trade["id"], order["trades"][0]["id"])
        self.assertAlmostEqual(
            trade["fee"]["cost"], trade["price"] * trade["amount"] * 0.0005, places=5)
        self.assertEqual(trade["fee"]["currency"], "USD")

    async def test_a_position_shows_with_its_sign(self):
        flat = await self.within(self.stream.watch_positions(), "the first list")
        self.assertEqual(flat, [])
        order = await self.place("market", "sell", 0.05)
        rows = await self.first(self.stream.watch_positions, lambda r: r, "the position",
                                lambda: list(self.stream.positions))
        self.assertEqual((rows[0]["symbol"], rows[0]["side"], rows[0]["contracts"]),
                         (BTC, "short", 0.05))
        self.assertAlmostEqual(rows[0]["entryPrice"], order["average"], places=3)
        mark = (await self.stream.fetch_ticker(BTC))["markPrice"]
        self.assertAlmostEqual(rows[0]["markPrice"], mark, delta=10)
        self.assertAlmostEqual(rows[0]["initialMargin"], 5000 * 0.02, delta=1)

    async def test_the_balance_follows_the_fees_of_a_round_trip(self):
        watch = lambda: self.stream.watch_balance({"account": "flex_futures"})
        balance = await self.within(watch(), "the snapshot")
        self.assertEqual((balance["USD"]["total"], balance["USD"]["free"]), (START, START))
        await self.place("market", "buy", 0.1)
        await self.place("market", "sell", 0.1)
        rest = (await self.stream.fetch_balance())["USD"]["total"]
        self.assertLess(rest, START)
        await self.first(
            watch, lambda b: abs(b["USD"]["total"] - rest) < 0.001, "the balance REST tells",
            lambda: self.stream.balance["flex"])

    async def test_a_wrong_secret_gets_no_private_feed(self):
        self.stream.secret = "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg="
        with self.assertRaises(ccxt.ExchangeError):
            await self.within(self.stream.watch_positions(), "the refusal")


class Fills(StreamCase):
    """A market that swings, so that a resting order is filled."""

    market = staticmethod(markets.swinging)
    speed = 60

    async def test_a_filled_order_has_nothing_left(self):
        async def post():
            while True:
                try:
                    return await self.place("limit", "buy", 0.02, 98_500, postOnly=True)
                except ccxt.OrderImmediatelyFillable:
                    await asyncio.sleep(0.05)
        order = await self.within(post(), "the market is above the order")
        # The venue ends a filled order with a message that has the order in it. ccxt counts that as
        # a trade and leaves the status open: what it filled is what can be asserted.
        def filled(orders):
            return [o for o in orders if o["id"] == order["id"] and o["filled"] == 0.02]
        orders = await self.first(
            self.stream.watch_orders, filled, "the fill", lambda: self.stream.orders)
        self.assertEqual(filled(orders)[-1]["remaining"], 0)


if __name__ == "__main__":
    unittest.main()
