import MarketData

MarketDataProcess.main()
