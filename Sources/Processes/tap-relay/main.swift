import TapRelay

TapRelayProcess.main()
