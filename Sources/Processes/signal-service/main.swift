import SignalService

SignalServiceProcess.main()
