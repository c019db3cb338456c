import RiskGate

RiskGateProcess.main()
