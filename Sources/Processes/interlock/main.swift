import Interlock

InterlockProcess.main()
