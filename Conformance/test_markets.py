"""What ccxt makes of the instruments."""

import unittest
from decimal import Decimal

from clients import BTC, ETH, VenueCase


class Markets(VenueCase):
    """`load_markets` and the leverage tiers against the raw instrument list."""

    market = None

    def test_every_instrument_is_a_linear_perpetual_with_the_steps_it_lists(self):
        raw = self.exchange.public_get_instruments()["instruments"]
        self.assertEqual({row["symbol"] for row in raw}, {m["id"] for m in
                                                          self.exchange.markets.values()})
        for row in raw:
            market = self.exchange.market(row["symbol"])
            self.assertTrue(market["swap"] and market["linear"], row["symbol"])
            self.assertFalse(market["inverse"] or market["future"], row["symbol"])
            self.assertEqual((market["quote"], market["settle"]), ("USD", "USD"))
            self.assertTrue(market["active"])
            self.assertEqual(market["contractSize"], 1)
            price = Decimal(str(market["precision"]["price"]))
            self.assertEqual(price, Decimal(str(row["tickSize"])))
            digits = int(row["contractValueTradePrecision"])
            self.assertEqual(
                Decimal(str(market["precision"]["amount"])), Decimal(1).scaleb(-digits))
            self.assertGreater(market["created"], 0)
            self.assertGreater(float(row["maxPositionSize"]), 0)

    def test_bitcoin_and_ether_have_the_venues_published_steps(self):
        self.assertEqual(self.exchange.market(BTC)["precision"], {"amount": 0.0001, "price": 1})
        self.assertEqual(self.exchange.market(ETH)["precision"], {"amount": 0.001, "price": 0.1})

    def test_leverage_tiers_ascend_from_fifty_times(self):
        tiers = self.exchange.fetch_leverage_tiers([BTC])[BTC]
        self.assertEqual(tiers[0]["minNotional"], 0)
        self.assertEqual(tiers[0]["maxLeverage"], 50)
        self.assertEqual(tiers[0]["maintenanceMarginRate"], 0.01)
        self.assertGreater(len(tiers), 1, "the venue publishes more than one tier")
        self.assertEqual(tiers[1]["minNotional"], 2_000_000)
        self.assertEqual((tiers[1]["maxLeverage"], tiers[1]["maintenanceMarginRate"]), (25, 0.02))
        for lower, upper in zip(tiers, tiers[1:]):
            self.assertEqual(lower["maxNotional"], upper["minNotional"])
            self.assertLess(lower["minNotional"], upper["minNotional"])
            self.assertGreater(lower["maxLeverage"], upper["maxLeverage"])
            self.assertLess(lower["maintenanceMarginRate"], upper["maintenanceMarginRate"])

    def test_tiers_of_one_market_are_those_of_the_list(self):
        self.assertEqual(
            self.exchange.fetch_market_leverage_tiers(ETH),
            self.exchange.fetch_leverage_tiers()[ETH])

    def test_fees_are_the_base_tier_for_every_market(self):
        fees = self.exchange.fetch_trading_fees()
        self.assertEqual(set(fees), set(self.exchange.symbols))
        for fee in fees.values():
            self.assertEqual((fee["maker"], fee["taker"]), (0.0002, 0.0005))

    def test_status_of_instruments_tells_of_no_dislocation(self):
        rows = self.exchange.public_get_instruments_status()["instrumentStatus"]
        self.assertEqual({row["tradeable"] for row in rows},
                         {m["id"] for m in self.exchange.markets.values()})
        one = self.exchange.public_get_instruments_symbol_status({"symbol": "PF_XBTUSD"})
        self.assertEqual(one["tradeable"], "PF_XBTUSD")
        self.assertIs(one["experiencingDislocation"], False)


if __name__ == "__main__":
    unittest.main()
