import Daemon

// What operators ask on the control socket.
extension SupervisorLoop {
  private static let verbs = "status, drain, restart, start, stop, kill"

  func answerQueries() -> ExitCode? {
    var code: ExitCode?
    for query in control.service(now: now) { code = answer(query) ?? code }
    return code
  }

  private func answer(_ query: ControlQuery) -> ExitCode? {
    let stage = query.arguments["stage"] ?? ""
    switch query.verb {
    case "status":
      query.answer(
        JSONLine.text(
          PipelineStatus(
            machine, instance, programs: programs.status, started: started, now: now)))
    case "drain":
      query.answer("{}")
      return feed(.drain)
    case "restart": return obey(query, unless: machine.refusalToRestart(stage), .restart(stage))
    case "start": return obey(query, unless: machine.refusalToStart(stage), .startStage(stage))
    case "stop": return obey(query, unless: machine.refusalToStop(stage), .stopStage(stage))
    case "kill": return kill(query)
    default: query.refuse("no verb \(query.verb): one of \(Self.verbs)")
    }
    return nil
  }

  private func obey(
    _ query: ControlQuery, unless refusal: String?, _ event: SupervisorEvent
  ) -> ExitCode? {
    if let refusal {
      query.refuse(refusal)
      return nil
    }
    query.answer("{}")
    return feed(event)
  }

  /// The latch is pressed already, by whoever asks: everybody is told, then the asker.
  private func kill(_ query: ControlQuery) -> ExitCode? {
    func word(_ key: String) -> String { String((query.arguments[key] ?? "unknown").prefix(120)) }
    let code = feed(
      .kill(
        PipelineStatus.Kill(by: word("by"), reason: word("reason"), scope: word("scope"))))
    query.answer(JSONLine.text(["told": machine.kill?.waiting ?? []]))
    return code
  }
}
