import Daemon
import Glibc

/// What a person may do from the page: what the command line may, and nothing else.
enum ConsoleAction: Equatable, Sendable {
  case pause(reason: String)
  case resume(reason: String)
  case restart(stage: String)
  case kill(reason: String)

  /// What an action on the page is called.
  var verb: String {
    switch self {
    case .pause: "pause"
    case .resume: "resume"
    case .restart: "restart"
    case .kill: "kill"
    }
  }

  /// What is wrong with the words that ask for it, for the person who wrote them.
  struct Refusal: Error, Equatable {
    let text: String
  }

  /// From the fields of a form; the kill switch wants its own name typed as well.
  init(_ fields: [String: String]) throws(Refusal) {
    func reason() throws(Refusal) -> String {
      let text = fields["reason"] ?? ""
      guard text.contains(where: { !$0.isWhitespace }) else { throw Refusal(text: "say why") }
      guard text.utf8.count <= 120 else {
        throw Refusal(text: "the reason has \(text.utf8.count) bytes, at most 120 are kept")
      }
      return text
    }
    switch fields["verb"] {
    case "pause": self = .pause(reason: try reason())
    case "resume": self = .resume(reason: try reason())
    case "restart":
      guard let stage = fields["stage"], Siblings.executables.contains(stage) else {
        throw Refusal(text: "name the stage that is to be restarted")
      }
      self = .restart(stage: stage)
    case "kill":
      guard fields["confirm"] == "KILL" else {
        throw Refusal(text: "type KILL to confirm: the kill switch was not pressed")
      }
      self = .kill(reason: try reason())
    default: throw Refusal(text: "no such action: one of pause, resume, restart, kill")
    }
  }
}

/// What became of an action.
struct ActionOutcome: Equatable, Sendable {
  let isDone: Bool
  let text: String
}

/// Performs actions through the same control sockets as the command line.
struct ActionDesk {
  private static let patience: Int64 = 2000
  private static let routerPatience: Int64 = 50

  let run: RunFiles
  let stateDirectory: String
  let latchOwner: String

  func perform(_ action: ConsoleAction) -> ActionOutcome {
    do throws(Fatal) {
      switch action {
      case .pause(let reason): return try tellRouter("pause", reason)
      case .resume(let reason): return try tellRouter("resume", reason)
      case .restart(let stage):
        _ = try client("supervisor").ask("restart", ["stage": stage])
        return ActionOutcome(isDone: true, text: "\(stage) is being restarted")
      case .kill(let reason): return try press(reason)
      }
    } catch {
      return ActionOutcome(isDone: false, text: error.message)
    }
  }

  private func tellRouter(_ verb: String, _ reason: String) throws(Fatal) -> ActionOutcome {
    let answer = try client("order-router").ask(verb, ["by": Self.person, "reason": reason])
    struct Done: Decodable { var done: String }
    let done = JSONLine.decode(Done.self, Array(answer.utf8))?.done ?? answer
    return ActionOutcome(isDone: true, text: done)
  }

  /// The latch first, then everybody is told; a router that neither answers nor has a supervisor to
  /// end it is ended, because it could send once more on waking.
  private func press(_ reason: String) throws(Fatal) -> ActionOutcome {
    let entry = LatchBlock.Entry(
      scope: "all", by: Self.person, reason: reason, since: Clock.wallMilliseconds())
    try LatchFile(stateDirectory: stateDirectory, owner: latchOwner, makes: false).press(entry)
    let router = failure { () throws(Fatal) in
      _ = try client("order-router", Self.routerPatience).ask("latch")
    }
    let supervisor = failure { () throws(Fatal) in
      _ = try client("supervisor").ask(
        "kill", ["by": entry.by, "reason": entry.reason, "scope": entry.scope])
    }
    var words = ["The latch is set and on the disk"]
    if router != nil { words.append("order-router did not answer in 50 ms") }
    if supervisor != nil { words.append("the supervisor was not reached") }
    if router?.code == .tryAgain, supervisor != nil,
      let mark = try run.readInstance()?.processes?["order-router"], mark.kill()
    {
      words.append("order-router was ended")
    }
    // Makes the router look at the venue now; what is not done is shown from its own answers.
    _ = failure { () throws(Fatal) in _ = try client("order-router").ask("reconcile") }
    return ActionOutcome(isDone: true, text: words.joined(separator: "; "))
  }

  private func client(_ process: String, _ patience: Int64 = patience) -> ControlClient {
    ControlClient(socket: run.controlSocket(process), timeoutMilliseconds: patience)
  }

  private func failure(_ body: () throws(Fatal) -> Void) -> Fatal? {
    do throws(Fatal) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  /// Who is journaled: whoever this process belongs to, by way of the page.
  private static var person: String {
    guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else {
      return "console (uid \(geteuid()))"
    }
    return "console (\(String(cString: name)))"
  }
}
