import Supervisor

SupervisorProcess.main()
