import Daemon
import Domain
import Foundation
import Glibc

/// What `run` shows: a picture that is redrawn in a terminal, lines of news anywhere else.
final class LiveView {
  private static let redraw: Int64 = 250
  private static let news: Int64 = 10_000

  /// What there is to see at one moment.
  struct Scene: Equatable {
    var status: PipelineStatus?
    var candles = 0
    var newest: String?
    var logPath: String
  }

  private let isTerminal = isatty(STDOUT_FILENO) == 1
  private var nextDraw = MachineTime(nanoseconds: 0)
  private var height = 0
  private var lastLine = ""
  private var lastKey = ""
  private var startEquity: ExactDecimal?

  func show(_ scene: Scene, now: MachineTime) {
    if startEquity == nil { startEquity = Self.equity(scene) }
    guard isTerminal else { return report(scene, now) }
    guard nextDraw <= now else { return }
    nextDraw = now.advanced(byMilliseconds: Self.redraw)
    let width = Self.columns
    // A line that wraps would be two, and the next picture would begin in the wrong place.
    let lines = picture(scene).map { String($0.prefix(width)) }
    // Back to the first line of the last picture, then each line with the rest of it cleared.
    var text = height > 0 ? "\u{1B}[\(height)A" : ""
    for line in lines { text += "\r\(line)\u{1B}[K\n" }
    text += "\u{1B}[J"
    height = lines.count
    Output.write(text, to: STDOUT_FILENO)
  }

  /// One line of its own, below whatever was drawn.
  func say(_ line: String) {
    height = 0
    Output.write("\(line)\n", to: STDOUT_FILENO)
  }

  private static var columns: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private func picture(_ scene: Scene) -> [String] {
    guard let status = scene.status else { return ["interlock: starting; log \(scene.logPath)"] }
    let table = Table.text(
      ["stage", "state", "generation", "restarts"],
      status.stages.map { [$0.name, $0.state, "\($0.generation)", "\($0.restarts)"] })
    let alerts = status.alerts.map { "ALERT \($0)" }
    return alerts + ["interlock \(status.profile.rawValue): \(status.state)", ""]
      + table.split(separator: "\n").map(String.init) + [""] + facts(scene, status)
      + ["log      \(scene.logPath)", "Ctrl-C drains and stops"]
  }

  private func facts(_ scene: Scene, _ status: PipelineStatus) -> [String] {
    let word = { (stage: String, key: String) in status.word(stage, key) ?? "-" }
    return [
      "candle   \(scene.newest ?? "none yet") (\(scene.candles) in this run)",
      "signals  \(word("signal-service", "signals")), accepted "
        + "\(word("risk-gate", "accepted")), denied \(word("risk-gate", "denied"))",
      "orders   \(word("order-router", "orders")), fills \(word("order-router", "fills")), "
        + "open intents \(word("order-router", "open_intents")), trading "
        + word("order-router", "trading_state"),
      "equity   \(word("order-router", "equity")) USD, P&L \(profit(scene) ?? "-")",
    ]
  }

  private static func equity(_ scene: Scene) -> ExactDecimal? {
    scene.status?.word("order-router", "equity").flatMap { ExactDecimal($0) }
  }

  private func profit(_ scene: Scene) -> String? {
    guard let start = startEquity.flatMap({ Money($0, rounding: .nearest) }),
      let now = Self.equity(scene).flatMap({ Money($0, rounding: .nearest) })
    else { return nil }
    let difference = now - start
    return (difference.micros >= 0 ? "+" : "") + difference.description
  }

  /// A line when something that matters has changed, and every ten seconds.
  private func report(_ scene: Scene, _ now: MachineTime) {
    guard let status = scene.status else { return }
    let stages = status.stages.map { "\($0.name)=\($0.state)/\($0.generation)" }
      .joined(separator: " ")
    let key = "\(status.state) \(stages) \(status.word("order-router", "orders") ?? "")"
    guard key != lastKey || nextDraw <= now else { return }
    lastKey = key
    nextDraw = now.advanced(byMilliseconds: Self.news)
    let line = "\(status.state) \(stages) | \(facts(scene, status).joined(separator: " | "))"
    guard line != lastLine else { return }
    lastLine = line
    Output.write("\(line)\n", to: STDOUT_FILENO)
  }
}
