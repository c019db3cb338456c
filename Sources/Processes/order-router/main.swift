import OrderRouter

OrderRouterProcess.main()
