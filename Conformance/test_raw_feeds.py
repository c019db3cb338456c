"""The WebSocket itself: greeting, sequences, and the feeds ccxt has no method for."""

import unittest

import aiohttp
import ccxt

import markets
from clients import BTC, PATIENCE, StreamCase
from raw_feed import RawFeed


class RawCase(StreamCase):
    """A test with an open raw connection."""

    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.feed = await RawFeed(self.venue, PATIENCE).open()
        self.addAsyncCleanup(self.feed.close)


class Protocol(RawCase):
    """Greeting, heartbeat, pings and refusals."""

    async def test_the_venue_greets_with_its_version(self):
        self.assertEqual(await self.feed.frame(), {"event": "info", "version": 1})

    async def test_a_heartbeat_tells_the_time(self):
        await self.feed.subscribe("heartbeat")
        first = await self.feed.next(feed="heartbeat")
        second = await self.feed.next(feed="heartbeat")
        self.assertGreater(second["time"], first["time"])

    async def test_a_ping_frame_gets_its_pong(self):
        await self.feed.next(event="info")
        await self.feed.socket.ping(b"here")
        answer = await self.feed.socket.receive(PATIENCE)
        self.assertEqual((answer.type, bytes(answer.data)), (aiohttp.WSMsgType.PONG, b"here"))

    async def test_what_is_no_json_or_no_feed_is_an_error_and_the_connection_lives(self):
        await self.feed.socket.send_str("{no json")
        self.assertEqual((await self.feed.next(event="error"))["message"], "Json Error")
        await self.feed.send(event="subscribe", feed="nonsense")
        self.assertEqual((await self.feed.next(event="error"))["message"], "Invalid feed")
        await self.feed.send(event="subscribe", feed="ticker", product_ids=["PF_NOPEUSD"])
        self.assertEqual((await self.feed.next(event="error"))["message"], "Invalid product id")
        await self.feed.subscribe("ticker", "PF_XBTUSD")
        self.assertEqual((await self.feed.next(feed="ticker"))["product_id"], "PF_XBTUSD")

    async def test_a_private_feed_needs_a_rightly_signed_challenge(self):
        await self.feed.send(event="subscribe", feed="fills")
        refused = await self.feed.frame()
        while refused.get("event") not in {"error", "alert"}:
            refused = await self.feed.frame()
        await self.feed.log_in(secret="eHh4eHh4eHg=")
        await self.feed.send(event="subscribe", feed="fills", **self.feed.key)
        refused = await self.feed.frame()
        self.assertIn(refused.get("event"), {"error", "alert"}, refused)

    async def test_after_an_unsubscribe_a_feed_is_silent(self):
        await self.feed.log_in()
        await self.feed.subscribe("fills")
        await self.feed.next(feed="fills_snapshot")
        await self.feed.subscribe("open_orders")
        await self.feed.subscribe("fills", event="unsubscribe")
        await self.place("market", "buy", 0.01)
        resting = await self.place("limit", "buy", 0.01, 90_000)
        while True:
            frame = await self.feed.next(feed="open_orders")
            if frame.get("order", {}).get("order_id") == resting["id"]:
                break
        self.assertEqual([f for f in self.feed.waiting if f.get("feed") == "fills"], [])


class Account(RawCase):
    """Private feeds, frame by frame."""

    async def asyncSetUp(self):
        await super().asyncSetUp()
        await self.feed.log_in()

    async def test_orders_come_with_their_reasons(self):
        await self.feed.subscribe("open_orders")
        snapshot = await self.feed.next(feed="open_orders_snapshot")
        self.assertEqual(snapshot["orders"], [])
        order = await self.place("limit", "buy", 0.01, 90_000, clientOrderId="w-1")
        placed = await self.feed.next(feed="open_orders")
        self.assertEqual((placed["is_cancel"], placed["reason"]),
                         (False, "new_placed_order_by_user"))
        told = placed["order"]
        self.assertEqual((told["order_id"], told["cli_ord_id"], told["instrument"]),
                         (order["id"], "w-1", "PF_XBTUSD"))
        self.assertEqual((told["qty"], told["filled"], told["limit_price"]), (0.01, 0, 90_000))
        self.assertEqual((told["direction"], told["type"]), (0, "limit"))
        await self.stream.edit_order(order["id"], BTC, "limit", "buy", 0.02, 91_000)
        edited = await self.feed.next(feed="open_orders")
        self.assertEqual((edited["reason"], edited["order"]["qty"]), ("edited_by_user", 0.02))
        await self.stream.cancel_order(order["id"])
        ended = await self.feed.next(feed="open_orders")
        self.assertEqual((ended["is_cancel"], ended["reason"]), (True, "cancelled_by_user"))
        self.assertEqual((ended["order_id"], ended["cli_ord_id"]), (order["id"], "w-1"))

    async def test_a_refused_post_only_order_is_told_by_the_verbose_feed_alone(self):
        for feed in ["open_orders", "open_orders_verbose"]:
            await self.feed.subscribe(feed)
            await self.feed.next(feed=feed + "_snapshot")
        with self.assertRaises(ccxt.OrderImmediatelyFillable):
            await self.place("limit", "buy", 0.01, 101_000, postOnly=True)
        told = await self.feed.next(feed="open_orders_verbose")
        self.assertIs(told["is_cancel"], True)
        self.assertIn(told["reason"], {"post_order_failed_because_it_would_filled",
                                       "post_order_failed_because_it_would_be_filled"})
        self.assertEqual(told["order"]["limit_price"], 101_000)
        resting = await self.place("limit", "buy", 0.01, 90_000)
        plain = await self.feed.next(feed="open_orders")
        self.assertEqual(plain["order"]["order_id"], resting["id"])

    async def test_fills_are_numbered_and_say_what_is_left(self):
        before = await self.place("market", "buy", 0.01)
        await self.feed.subscribe("fills")
        snapshot = await self.feed.next(feed="fills_snapshot")
        self.assertEqual({f["order_id"] for f in snapshot["fills"]}, {before["id"]})
        amount = 0.6
        order = await self.place("market", "buy", amount)
        fills = []
        while sum(f["qty"] for f in fills) < amount - 1e-9:
            fills += (await self.feed.next(feed="fills"))["fills"]
        self.assertEqual({f["order_id"] for f in fills}, {order["id"]})
        self.assertEqual({f["buy"] for f in fills}, {True})
        self.assertEqual({f["fill_type"] for f in fills}, {"taker"})
        numbers = [f["seq"] for f in fills]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(fills))))
        self.assertEqual(fills[-1]["remaining_order_qty"], 0)

    async def test_positions_and_balances_are_numbered(self):
        feeds = {"open_positions": "open_positions", "balances": "balances_snapshot"}
        numbers = {}
        for feed, first in feeds.items():
            await self.feed.subscribe(feed)
            numbers[feed] = (await self.feed.next(feed=first))["seq"]
        await self.place("market", "buy", 0.01)
        for feed in feeds:
            frame = await self.feed.next(feed=feed)
            self.assertEqual(frame["seq"], numbers[feed] + 1)
            self.assertGreater(frame["timestamp"], 0)

    async def test_a_closed_position_leaves_the_list(self):
        await self.feed.subscribe("open_positions")
        self.assertEqual((await self.feed.next(feed="open_positions"))["positions"], [])
        await self.place("market", "sell", 0.05)
        rows = []
        while not rows:
            rows = (await self.feed.next(feed="open_positions"))["positions"]
        self.assertEqual((rows[0]["instrument"], rows[0]["balance"]), ("PF_XBTUSD", -0.05))
        await self.place("market", "buy", 0.05)
        while rows:
            rows = (await self.feed.next(feed="open_positions"))["positions"]

    async def test_the_account_log_tells_of_a_trade(self):
        await self.feed.subscribe("account_log")
        await self.feed.next(feed="account_log_snapshot")
        order = await self.place("market", "buy", 0.01)
        entry = (await self.feed.next(feed="account_log"))["new_entry"]
        while entry["info"] != "futures trade" or entry["asset"] != "usd":
            entry = (await self.feed.next(feed="account_log"))["new_entry"]
        self.assertEqual(entry["execution"], order["trades"][0]["id"])
        self.assertLess(entry["new_balance"], entry["old_balance"])

    async def test_notifications_can_be_subscribed(self):
        answer = await self.feed.subscribe("notifications_auth")
        self.assertEqual(answer["feed"], "notifications_auth")


class FullFill(RawCase):
    """A resting order in a market that swings."""

    market = staticmethod(markets.swinging)
    speed = 60

    async def test_a_full_fill_ends_the_order(self):
        await self.feed.log_in()
        await self.feed.subscribe("open_orders")
        while True:
            try:
                order = await self.place("limit", "buy", 0.02, 98_500, postOnly=True)
                break
            except ccxt.OrderImmediatelyFillable:
                continue
        frame = await self.feed.next(feed="open_orders", reason="full_fill")
        self.assertIs(frame["is_cancel"], True)
        told = frame["order"]
        self.assertEqual((told["order_id"], told["qty"], told["filled"]), (order["id"], 0, 0.02))


class Sequence(RawCase):
    """The book's sequence in a market that moves."""

    market = staticmethod(markets.ending)
    speed = 600

    async def test_book_changes_are_numbered_without_a_gap(self):
        await self.feed.subscribe("book", "PF_XBTUSD")
        snapshot = await self.feed.next(feed="book_snapshot")
        levels = {"buy": {r["price"]: r["qty"] for r in snapshot["bids"]},
                  "sell": {r["price"]: r["qty"] for r in snapshot["asks"]}}
        number = snapshot["seq"]
        for _ in range(200):
            change = await self.feed.next(feed="book")
            self.assertEqual(change["seq"], number + 1)
            number = change["seq"]
            side = levels[change["side"]]
            if change["qty"] == 0:
                self.assertIn(change["price"], side, "a level that is not there was removed")
                del side[change["price"]]
            else:
                side[change["price"]] = change["qty"]
        self.assertTrue(levels["buy"] and levels["sell"])


if __name__ == "__main__":
    unittest.main()
