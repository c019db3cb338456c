import Daemon

extension PipelineStatus {
  /// The pipeline as the machine sees it; `started` and `now` are machine time.
  init(_ machine: SupervisorMachine, _ instance: Instance, started: Int64, now: Int64) {
    self.init(
      profile: instance.profile, account: instance.account, build: instance.build,
      pid: instance.supervisorPID, uptimeSeconds: (now - started) / 1_000_000_000,
      state: machine.state,
      alerts: machine.children.filter { $0.state == .failed }.map { child in
        "\(child.isBystander ? "" : "HALTED: ")\(child.name) has failed and is not restarted: "
          + "read its log, then restart it"
      },
      stages: machine.children.map { child in
        Stage(
          name: child.name, pid: child.pid, state: child.state.visible,
          generation: child.generation, restarts: child.restarts,
          heartbeatAgeMilliseconds: child.state.isAlive
            ? max(0, (now - child.lastHeard) / 1_000_000) : nil,
          status: child.status)
      },
      kill: machine.kill)
  }
}
