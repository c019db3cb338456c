import Daemon
import Glibc

/// Tells supervisor and router, and ends a router that neither answers nor has a supervisor to end
/// it: a stopped process could otherwise send once more on waking.
///
/// The supervisor is told first and asked for no answer until the router has had its time: the
/// patience of both runs at once, so that a stopped router is gone well within 100 ms.
struct KillBroadcast {
  private static let routerPatience: Int64 = 50
  private static let tellingPatience: Int64 = 20
  private static let supervisorPatience: Int64 = 1000
  private static let endingPatience: Int64 = 1_000_000_000

  /// One line for each who was told, or was not.
  private(set) var lines: [String] = []
  /// Microseconds from the latch being on disk until the router had read it, or was gone.
  ///
  /// From then on nothing leaves; nil when neither was seen.
  private(set) var routerMicroseconds: Int64?

  init(_ place: LatchPlace, _ entry: LatchBlock.Entry) {
    let begun = Clock.machineNanoseconds()
    let order = ["by": entry.by, "reason": entry.reason, "scope": entry.scope]
    let teller = place.client("supervisor", timeoutMilliseconds: Self.tellingPatience)
    var question: AskedQuestion?
    var supervisor = Self.outcome { () throws(Fatal) in question = try teller.put("kill", order) }
    let router = Self.outcome { () throws(Fatal) in try Self.awaitRouter(place) }
    var knows = router == nil ? Clock.machineNanoseconds() : nil
    if let question {
      supervisor = Self.outcome { () throws(Fatal) in
        _ = try place.client("supervisor", timeoutMilliseconds: Self.supervisorPatience)
          .answer(to: question)
      }
    }
    lines = [
      "order-router: \(router.map(Self.word) ?? "knows")",
      "supervisor: \(supervisor.map(Self.word) ?? "told, tells every stage")",
    ]
    let mark = place.instance?.processes?["order-router"]
    // Whoever is not there can send nothing; the supervisor ends a silent one by itself.
    if let router, router.code != .notRunning, supervisor != nil {
      let isEnded = mark?.kill() ?? false
      lines.append(
        isEnded
          ? "order-router: no news of the latch for \(Self.routerPatience) ms, ended (SIGKILL)"
          : "order-router: \(Self.word(router)), and its process is not there")
    }
    let answers = router?.code == .no
    if knows == nil, mark != nil || !answers { knows = Self.end(of: mark) }
    routerMicroseconds = knows.map { ($0 - begun) / 1000 }
  }

  /// Returns when the router has read the latch.
  ///
  /// Throws `no` when all that it says in its time is that it has not.
  private static func awaitRouter(_ place: LatchPlace) throws(Fatal) {
    let end = Clock.machineNanoseconds() + routerPatience * 1_000_000
    while true {
      let left = max(1, (end - Clock.machineNanoseconds()) / 1_000_000)
      if try RouterLatch.ask(place, timeoutMilliseconds: left).active { return }
      guard Clock.machineNanoseconds() < end else {
        throw Fatal(.no, "answers, and has not read the latch")
      }
      poll(nil, 0, 1)
    }
  }

  /// When the process was seen to be gone; nil when it stays.
  private static func end(of mark: ProcessMark?) -> Int64? {
    let end = Clock.machineNanoseconds() + endingPatience
    while mark?.isAlive == true {
      guard Clock.machineNanoseconds() < end else { return nil }
      poll(nil, 0, 1)
    }
    return Clock.machineNanoseconds()
  }

  private static func word(_ failure: Fatal) -> String {
    switch failure.code {
    case .notRunning: "not running"
    case .no: failure.message
    default: "no answer"
    }
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
