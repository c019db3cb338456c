import Alerter

AlerterProcess.main()
