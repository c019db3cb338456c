"""A freqtrade strategy that enters long or short at once and leaves after a minute."""

from datetime import timedelta

from freqtrade.strategy import IStrategy


class Walk(IStrategy):
    """BTC long, ETH short; a stop on the exchange; out after a minute."""

    timeframe = "1m"
    can_short = True
    startup_candle_count = 30
    stoploss = -0.05
    minimal_roi = {"0": 10}
    order_types = {"entry": "limit", "exit": "market", "stoploss": "market",
                   "stoploss_on_exchange": True, "stoploss_on_exchange_interval": 15,
                   "emergency_exit": "market", "stoploss_price_type": "mark"}

    def populate_indicators(self, dataframe, metadata):
        dataframe["mean"] = dataframe["close"].rolling(20).mean()
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[:, "enter_long"] = int(metadata["pair"].startswith("BTC"))
        dataframe.loc[:, "enter_short"] = int(metadata["pair"].startswith("ETH"))
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe

    def leverage(self, *args, **more):
        return 3.0

    def custom_exit(self, pair, trade, current_time, *args, **more):
        return "a minute" if current_time - trade.open_date_utc > timedelta(minutes=1) else None
