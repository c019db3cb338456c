LedgerBench.main()
