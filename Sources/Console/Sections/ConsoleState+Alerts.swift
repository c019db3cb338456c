import Daemon
import Domain

/// What an operator has to know, and whether he has to act.
struct Alert: Equatable {
  enum Level: String { case bad, warn }

  let level: Level
  let text: String

  var json: JSON { ["level": .string(level.rawValue), "text": .string(text)] }
}

extension ConsoleState {
  /// What is wrong now, the worst first.
  func alerts(now: Int64) -> [Alert] {
    var alerts: [Alert] = []
    func bad(_ text: String) { alerts.append(Alert(level: .bad, text: text)) }
    func warn(_ text: String) { alerts.append(Alert(level: .warn, text: text)) }

    if let latch = pipeline.latch, latch.isActive {
      let press = latch.entries.last.map { "(\($0.scope)): \($0.reason)" }
      bad("Kill switch is set \(press ?? latch.unreadable ?? "")")
      for line in pipeline.pendingKill.prefix(3) { bad("Kill not verified: \(line)") }
    }
    for text in pipeline.status?.alerts ?? [] { bad(text) }
    if let router = pipeline.router {
      if router.held > 0 { bad("\(router.held) held: decide with interlock resolve") }
      if router.unprotected > 0 { bad("\(router.unprotected) without a full stop past its time") }
      if router.unknown > 0 { warn("\(router.unknown) unknown: the venue is being asked") }
      if router.frozen > 0 { warn("\(router.frozen) instruments take no entries") }
    }
    if tradingState != "active", tradingState != "unknown" { warn("Trading is \(tradingState)") }
    for why in notReady(now: now) where !why.hasPrefix("kill switch") { warn(why) }
    let lost = streams.missed
    if lost > 0 { warn("\(lost) messages did not reach this page: its history has holes") }
    return alerts
  }

  /// Why `/health` is not 200; empty when every stage is ready and no data is stale.
  func notReady(now: Int64) -> [String] {
    guard let status = pipeline.status else { return ["the supervisor has not answered yet"] }
    var reasons: [String] = []
    let age = now - pipeline.statusAt
    if age > Self.answersAreStaleAfter {
      reasons.append("the supervisor has been silent for \(age / 1000) s")
    }
    if status.state != "running" { reasons.append("the pipeline is \(status.state)") }
    for stage in status.stages where stage.state != "ready" {
      reasons.append("\(stage.name) is \(stage.state)")
    }
    if pipeline.routerAt == 0 {
      reasons.append("order-router has not answered yet")
    } else if now - pipeline.routerAt > Self.answersAreStaleAfter {
      reasons.append("order-router has been silent for \((now - pipeline.routerAt) / 1000) s")
    }
    if pipeline.word("market-data", "stale") == "true" { reasons.append("market data is stale") }
    let readings = market.rows.filter { $0.value.ticker != nil }
    if readings.isEmpty {
      reasons.append("no price has been heard yet")
    } else {
      let old = readings.filter { now - $0.value.readAt > staleAfter }.keys.sorted()
      let names = old.prefix(3).map(\.symbol).joined(separator: ", ")
      if !old.isEmpty {
        reasons.append("\(old.count) of \(readings.count) prices are stale: \(names)")
      }
    }
    return reasons
  }
}
