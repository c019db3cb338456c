"""A NautilusTrader live node against a running paper venue: market data, orders, reconciliation.

    python nautilus.py http://127.0.0.1:PORT KEY SECRET

The node subscribes to book, quotes, trades, mark and index price and funding of PF_XBTUSD, asks for
candles and trades, places, modifies and cancels a limit order, places stops, buys and sells at the
market, and says what it saw.
"""

import sys
from datetime import timedelta
from decimal import Decimal

from nautilus_trader.adapters.kraken.config import KrakenDataClientConfig, KrakenExecClientConfig
from nautilus_trader.adapters.kraken.factories import (
    KrakenLiveDataClientFactory, KrakenLiveExecClientFactory)
from nautilus_trader.config import (
    InstrumentProviderConfig, LiveExecEngineConfig, LoggingConfig, StrategyConfig,
    TradingNodeConfig)
from nautilus_trader.core.nautilus_pyo3 import KrakenProductType
from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import BookType, OrderSide, TimeInForce, TriggerType
from nautilus_trader.model.identifiers import InstrumentId, TraderId
from nautilus_trader.trading.strategy import Strategy

url, key, secret = sys.argv[1:4]
BTC = InstrumentId.from_str("PF_XBTUSD.KRAKEN")


class Walk(Strategy):
    """One step every few seconds; counts whatever arrives."""

    def __init__(self):
        super().__init__(StrategyConfig(strategy_id="WALK-1"))
        self.seen = {}
        self.step = 0
        self.first = None

    def count(self, name):
        self.seen[name] = self.seen.get(name, 0) + 1

    def on_start(self):
        self.instrument = self.cache.instrument(BTC)
        print(f"instrument: {self.instrument}")
        self.subscribe_quote_ticks(BTC)
        self.subscribe_trade_ticks(BTC)
        self.subscribe_order_book_deltas(BTC, BookType.L2_MBP)
        self.subscribe_mark_prices(BTC)
        self.subscribe_index_prices(BTC)
        self.subscribe_funding_rates(BTC)
        now = self.clock.utc_now()
        self.request_bars(BarType.from_str("PF_XBTUSD.KRAKEN-1-HOUR-LAST-EXTERNAL"),
                          start=now - timedelta(days=2))
        self.request_trade_ticks(BTC, start=now - timedelta(hours=1))
        self.clock.set_timer("step", timedelta(seconds=2), callback=lambda _: self.go())

    def on_quote_tick(self, tick):
        self.count("quote")
        self.quote = tick

    def on_trade_tick(self, tick):
        self.count("trade")

    def on_order_book_deltas(self, deltas):
        self.count("book deltas")

    def on_mark_price(self, update):
        self.count("mark price")

    def on_index_price(self, update):
        self.count("index price")

    def on_funding_rate(self, update):
        self.count("funding rate")

    def on_historical_data(self, data):
        self.count(f"historical {type(data).__name__}")

    def on_event(self, event):
        name = type(event).__name__
        self.count(name)
        if name.startswith(("Order", "Position")):
            print(f"event: {event}")

    def size(self, text):
        return self.instrument.make_qty(Decimal(text))

    def price(self, factor):
        return self.instrument.make_price(round(float(self.quote.bid_price) * factor))

    def go(self):
        """The next step; a step that cannot be taken is told of and passed over."""
        self.step += 1
        try:
            self.take(self.step)
        except Exception as error:
            print(f"step {self.step} failed: {type(error).__name__}: {error}")

    def take(self, step):
        make = self.order_factory
        if step == 1:
            self.first = make.limit(BTC, OrderSide.BUY, self.size("0.01"), self.price(0.9),
                                    post_only=True)
            self.submit_order(self.first)
        elif step == 2:
            self.modify_order(self.first, quantity=self.size("0.02"), price=self.price(0.91))
        elif step == 3:
            self.cancel_order(self.first)
        elif step == 4:
            self.submit_order(make.market(BTC, OrderSide.BUY, self.size("0.01")))
        elif step == 5:
            self.submit_order(make.stop_market(
                BTC, OrderSide.SELL, self.size("0.01"), self.price(0.9),
                trigger_type=TriggerType.MARK_PRICE, reduce_only=True))
            self.submit_order(make.limit(
                BTC, OrderSide.BUY, self.size("0.01"), self.price(0.9),
                time_in_force=TimeInForce.IOC))
        elif step == 6:
            self.cancel_all_orders(BTC)
        elif step == 7:
            self.close_all_positions(BTC)
        elif step == 9:
            print(f"seen: {dict(sorted(self.seen.items()))}")
            print(f"open orders: {len(self.cache.orders_open())}, "
                  f"open positions: {len(self.cache.positions_open())}")
            for account in self.cache.accounts():
                print(f"account: {account}: {account.balances_total()}")
            self.shutdown_system("done")


both = {
    "api_key": key, "api_secret": secret, "product_types": (KrakenProductType.FUTURES,),
    "base_url_http_futures": url, "base_url_ws_futures": url.replace("http", "ws") + "/ws/v1",
    "instrument_provider": InstrumentProviderConfig(load_all=True)}
node = TradingNode(TradingNodeConfig(
    trader_id=TraderId("CONFORMANCE-001"), logging=LoggingConfig(log_level="INFO"),
    exec_engine=LiveExecEngineConfig(reconciliation=True, reconciliation_lookback_mins=1440),
    data_clients={"KRAKEN": KrakenDataClientConfig(**both)},
    exec_clients={"KRAKEN": KrakenExecClientConfig(**both)}, timeout_connection=20.0,
    timeout_reconciliation=10.0, timeout_portfolio=10.0, timeout_disconnection=5.0,
    timeout_post_stop=2.0))
node.trader.add_strategy(Walk())
node.add_data_client_factory("KRAKEN", KrakenLiveDataClientFactory)
node.add_exec_client_factory("KRAKEN", KrakenLiveExecClientFactory)
node.build()
try:
    node.run()
finally:
    node.dispose()
