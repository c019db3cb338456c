import Console

ConsoleProcess.main()
