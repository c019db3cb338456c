import Daemon

/// Tells supervisor and router, and ends a router that neither answers nor has a supervisor to end
/// it: a stopped process could otherwise send once more on waking.
struct KillBroadcast {
  private static let routerPatience: Int64 = 50
  private static let supervisorPatience: Int64 = 1000

  /// One line for each who was told, or was not.
  private(set) var lines: [String] = []

  init(_ place: LatchPlace, _ entry: LatchBlock.Entry) {
    let router = Self.outcome { () throws(Fatal) in
      _ = try RouterLatch.ask(place, timeoutMilliseconds: Self.routerPatience)
    }
    let supervisor = Self.outcome { () throws(Fatal) in
      _ = try place.client("supervisor", timeoutMilliseconds: Self.supervisorPatience).ask(
        "kill", ["by": entry.by, "reason": entry.reason, "scope": entry.scope])
    }
    lines = [
      "order-router: \(router.map(Self.word) ?? "knows")",
      "supervisor: \(supervisor.map(Self.word) ?? "told, tells every stage")",
    ]
    // Whoever is not there can send nothing; the supervisor ends a silent one by itself.
    guard router?.code == .tryAgain, supervisor != nil else { return }
    let mark = place.instance?.processes?["order-router"]
    let isEnded = mark?.kill() ?? false
    lines.append(
      isEnded
        ? "order-router: silent for \(Self.routerPatience) ms, ended (SIGKILL)"
        : "order-router: silent for \(Self.routerPatience) ms, and its process is not there")
  }

  private static func word(_ failure: Fatal) -> String {
    failure.code == .notRunning ? "not running" : "no answer"
  }

  private static func outcome(_ body: () throws(Fatal) -> Void) -> Fatal? {
    do throws(Fatal) {
      try body()
      return nil
    } catch {
      return error
    }
  }
}
