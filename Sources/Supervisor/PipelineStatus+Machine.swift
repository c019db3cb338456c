import Daemon

extension PipelineStatus {
  /// The pipeline as the machine sees it; `started` and `now` are machine time.
  init(
    _ machine: SupervisorMachine, _ instance: Instance, programs: [Program], started: Int64,
    now: Int64
  ) {
    self.init(
      profile: instance.profile, account: instance.account, build: instance.build,
      pid: instance.supervisorPID, uptimeSeconds: (now - started) / 1_000_000_000,
      state: machine.state, alerts: Self.alerts(machine, programs),
      stages: machine.children.map { child in
        Stage(
          name: child.name, pid: child.pid, state: child.state.visible,
          generation: child.generation, restarts: child.restarts,
          heartbeatAgeMilliseconds: child.state.isAlive
            ? max(0, (now - child.lastHeard) / 1_000_000) : nil,
          status: child.status)
      },
      programs: programs.isEmpty ? nil : programs, kill: machine.kill)
  }

  private static func alerts(_ machine: SupervisorMachine, _ programs: [Program]) -> [String] {
    let silence = machine.silence.map { "ALERTS OFF: nobody is told of anything: alerter: \($0)" }
    let undelivered = machine.index(SupervisorMachine.alerter)
      .flatMap { machine.children[$0].status["failed"] }
      .flatMap { $0 == "0" ? nil : "ALERTS NOT DELIVERED: \($0), see the alerter's log" }
    let halted = machine.children.filter {
      $0.state == .failed && $0.name != SupervisorMachine.alerter
    }.map { child in
      "\(child.isBystander ? "" : "HALTED: ")\(child.name) has failed and is not restarted: "
        + "read its log, then restart it"
    }
    let open = machine.children.compactMap { child in
      child.status["privileges_missing"].map { "UNCONFINED: \(child.name): \($0)" }
    }
    let unwalled = programs.compactMap { program in
      program.missing.map { "UNCONFINED: program \(program.name) runs without \($0)" }
    }
    return halted + [silence, undelivered].compactMap(\.self) + open + unwalled
  }
}
