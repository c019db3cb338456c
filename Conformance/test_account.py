"""Positions, money, leverage and the account log."""

import unittest

import ccxt

from clients import BTC, ETH, VenueCase

START = 100_000
TAKER = 0.0005


class Account(VenueCase):
    """What an account shows after trades whose prices are known."""

    def round_trip(self, amount=0.1):
        """Buys and sells at the market: what the two fills cost together."""
        fees = gain = 0.0
        for side, sign in [("buy", -1), ("sell", 1)]:
            order = self.at_market(side, amount)
            for trade in self.trades_of(order["id"]):
                gain += sign * trade["price"] * trade["amount"]
                fees += trade["price"] * trade["amount"] * TAKER
        return gain - fees

    def test_a_position_has_its_sign_size_and_entry(self):
        order = self.at_market("sell", 0.03)
        rows = self.exchange.fetch_positions()
        self.assertEqual(len(rows), 1)
        row = rows[0]
        self.assertEqual((row["symbol"], row["side"], row["contracts"]), (BTC, "short", 0.03))
        self.assertAlmostEqual(row["entryPrice"], order["average"], places=4)
        self.assertEqual(row["marginMode"], "cross")
        mark = self.exchange.fetch_ticker(BTC)["markPrice"]
        self.assertAlmostEqual(row["unrealizedPnl"], (order["average"] - mark) * 0.03, places=3)
        self.assertGreater(row["timestamp"], 0)

    def test_the_entry_price_is_the_average_of_what_was_bought(self):
        trades = []
        for amount in [0.1, 0.4]:
            trades += self.trades_of(self.at_market("buy", amount)["id"])
        cost = sum(t["price"] * t["amount"] for t in trades)
        row = self.exchange.fetch_positions([BTC])[0]
        self.assertAlmostEqual(row["contracts"], 0.5)
        self.assertAlmostEqual(row["entryPrice"], cost / 0.5, places=3)

    def test_the_balance_begins_whole_and_free(self):
        balance = self.exchange.fetch_balance()
        self.assertEqual(balance["USD"], {"free": START, "used": 0, "total": START})
        self.assertGreater(balance["timestamp"], 0)

    def test_a_round_trip_costs_the_spread_and_two_fees(self):
        change = self.round_trip()
        self.assertLess(change, 0)
        balance = self.exchange.fetch_balance()["USD"]
        self.assertAlmostEqual(balance["total"], START + change, places=2)
        self.assertAlmostEqual(balance["free"], balance["total"], places=2)

    def test_a_position_binds_margin_of_its_tier(self):
        self.at_market("buy", 0.5)
        balance = self.exchange.fetch_balance()
        flex = balance["info"]["accounts"]["flex"]
        self.assertEqual(flex["type"], "multiCollateralMarginAccount")
        self.assertAlmostEqual(float(flex["initialMargin"]), 50_000 * 0.02, delta=5)
        self.assertAlmostEqual(float(flex["maintenanceMargin"]), 50_000 * 0.01, delta=5)
        self.assertAlmostEqual(
            float(flex["availableMargin"]),
            float(flex["marginEquity"]) - float(flex["initialMarginWithOrders"]), delta=0.01)
        self.assertLess(float(flex["availableMargin"]), START - 900)

    def test_a_resting_order_binds_margin_too(self):
        self.limit("buy", 0.5, 90_000)
        flex = self.exchange.fetch_balance()["info"]["accounts"]["flex"]
        self.assertEqual(float(flex["initialMargin"]), 0)
        self.assertGreater(float(flex["initialMarginWithOrders"]), 45_000 * 0.02 - 5)

    def test_the_cash_account_is_listed(self):
        balance = self.exchange.fetch_balance({"type": "cash"})
        self.assertEqual(balance["info"]["accounts"]["cash"]["type"], "cashAccount")

    def test_my_trades_are_those_of_my_orders(self):
        bought = self.at_market("buy", 0.02)
        sold = self.at_market("sell", 1, ETH)
        trades = self.exchange.fetch_my_trades()
        self.assertEqual({t["order"] for t in trades}, {bought["id"], sold["id"]})
        self.assertEqual(len({t["id"] for t in trades}), len(trades))
        mine = [t for t in trades if t["order"] == bought["id"]]
        self.assertAlmostEqual(sum(t["amount"] for t in mine), 0.02)
        self.assertEqual({(t["side"], t["takerOrMaker"], t["symbol"]) for t in mine},
                         {("buy", "taker", BTC)})
        self.assertEqual(
            {t["id"] for t in mine}, {t["id"] for t in bought["trades"]},
            "execution ids of the order are the ids of the fills")
        self.assertEqual({t["order"] for t in self.exchange.fetch_my_trades(ETH)}, {sold["id"]})

    def test_fills_before_a_moment_are_those_before_it(self):
        first = self.at_market("buy", 0.01)
        self.until(
            lambda: self.exchange.private_get_openorders()["serverTime"]
            > self.trades_of(first["id"])[-1]["info"]["fillTime"], "a later millisecond")
        second = self.at_market("buy", 0.01)
        newest = self.trades_of(second["id"])[0]["info"]["fillTime"]
        before = self.exchange.fetch_my_trades(params={"lastFillTime": newest})
        self.assertEqual({t["order"] for t in before}, {first["id"]})


class Leverage(VenueCase):
    """Leverage preferences."""

    def test_a_preference_is_kept_for_its_market(self):
        self.exchange.set_leverage(10, BTC)
        self.exchange.set_leverage(5, ETH)
        leverage = self.exchange.fetch_leverage(BTC)
        self.assertEqual((leverage["longLeverage"], leverage["shortLeverage"]), (10, 10))
        self.assertEqual(leverage["symbol"], BTC)
        leverages = self.exchange.fetch_leverages()
        self.assertEqual({s: row["longLeverage"] for s, row in leverages.items()},
                         {BTC: 10, ETH: 5})

    def test_a_preference_makes_the_position_isolated_and_binds_more_margin(self):
        self.exchange.set_leverage(10, BTC)
        self.at_market("buy", 0.1)
        row = self.exchange.fetch_positions()[0]
        self.assertEqual((row["leverage"], row["marginMode"]), (10, "isolated"))
        flex = self.exchange.fetch_balance()["info"]["accounts"]["flex"]
        self.assertLess(float(flex["availableMargin"]), START - 990)

    def test_leverage_above_the_markets_is_refused(self):
        with self.assertRaises(ccxt.ExchangeError):
            self.exchange.set_leverage(1000, BTC)
        self.assertEqual(self.exchange.fetch_leverages(), {})


class AccountLog(VenueCase):
    """`fetch_ledger` and `fetch_funding_history`."""

    def test_each_trade_is_one_cash_entry_that_adds_up(self):
        bought = self.at_market("buy", 0.1)
        sold = self.at_market("sell", 0.1)
        entries = [e for e in self.exchange.fetch_ledger("USD") if e["type"] == "trade"]
        fills = self.trades_of(bought["id"]) + self.trades_of(sold["id"])
        self.assertEqual({e["referenceId"] for e in entries}, {t["id"] for t in fills})
        self.assertEqual(len({e["id"] for e in entries}), len(entries))
        self.assertEqual(entries[0]["before"], START)
        for entry in entries:
            amount = entry["amount"] * (1 if entry["direction"] == "in" else -1)
            self.assertAlmostEqual(
                entry["before"] + amount - entry["fee"]["cost"], entry["after"], places=4)
        for earlier, later in zip(entries, entries[1:]):
            self.assertAlmostEqual(earlier["after"], later["before"], places=6)
        total = self.exchange.fetch_balance()["USD"]["total"]
        self.assertAlmostEqual(entries[-1]["after"], total, places=4)

    def test_a_trade_has_a_position_leg_too(self):
        order = self.at_market("buy", 0.1)
        logs = self.exchange.history_get_account_log()["logs"]
        legs = [row for row in logs if row["asset"] == row["contract"] == "pf_xbtusd"]
        self.assertEqual({row["execution"] for row in legs},
                         {t["id"] for t in self.trades_of(order["id"])})
        self.assertAlmostEqual(float(legs[0]["new_balance"]), 0.1)

    def test_since_and_limit_choose_entries(self):
        for _ in range(3):
            self.at_market("buy", 0.01)
        entries = self.exchange.fetch_ledger("USD")
        after = [e for e in entries if e["timestamp"] >= entries[-1]["timestamp"]]
        self.assertEqual(
            [e["id"] for e in self.exchange.fetch_ledger("USD", entries[-1]["timestamp"])],
            [e["id"] for e in after])
        self.assertEqual(len(self.exchange.fetch_ledger("USD", limit=1)), 1)


class FundingPayments(VenueCase):
    """An hour of the market is a second: funding is paid while the test looks."""

    market = None
    speed = 3600

    def test_a_position_pays_or_earns_funding_every_hour(self):
        self.at_market("buy", 0.1)
        before = self.exchange.fetch_balance()["USD"]["total"]
        self.until(lambda: self.exchange.fetch_balance()["USD"]["total"] != before,
                   "funding changes the balance")
        paid = [row for row in self.exchange.fetch_funding_history(BTC) if row["amount"]]
        self.assertTrue(paid)
        self.assertEqual({row["code"] for row in paid}, {"USD"})
        self.assertEqual({row["symbol"] for row in paid}, {BTC})
        ledger = [e for e in self.exchange.fetch_ledger("USD") if e["type"] == "fee"]
        self.assertTrue({row["id"] for row in paid} <= {e["id"] for e in ledger})
        self.assertEqual({e["info"]["info"] for e in ledger}, {"funding rate change"})


if __name__ == "__main__":
    unittest.main()
