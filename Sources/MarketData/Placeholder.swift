enum MarketDataPlaceholder {}
