import Foundation
import Testing
import Yams

@testable import Daemon

/// `ops/interlock.yaml` is the documentation of every key; it must not drift from the code.
@Suite("the shipped configuration")
struct ShippedConfigurationTests {
  private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("ops/interlock.yaml").path

  private func text() throws -> String {
    try String(contentsOfFile: Self.path, encoding: .utf8)
  }

  /// Whoever copies a line of it gets what guards real money, in whatever profile.
  @Test(arguments: [Profile.paper, .live, .demo])
  func `it is accepted and sets what holds without it where money is at stake`(
    _ profile: Profile
  ) throws {
    let shipped = try Configuration.load(path: Self.path, profile: profile)
    let defaults = Configuration.defaults(profile: .live)
    #expect(shipped.supervisor == defaults.supervisor)
    #expect(shipped.venue == defaults.venue)
    #expect(shipped.exchange == defaults.exchange)
    #expect(shipped.account == defaults.account)
    #expect(shipped.marketData == defaults.marketData)
    #expect(shipped.signalService == defaults.signalService)
    #expect(shipped.breakout == defaults.breakout)
    #expect(shipped.emaCross == defaults.emaCross)
    #expect(shipped.smc == defaults.smc)
    #expect(shipped.riskGate == defaults.riskGate)
    #expect(shipped.riskState == defaults.riskState)
    #expect(shipped.orderRouter == defaults.orderRouter)
    #expect(shipped.alerts == defaults.alerts)
    #expect(shipped.console == defaults.console)
  }

  @Test func `a demo's own values are told beside those that hold for money`() throws {
    let demo = Configuration.defaults(profile: .demo)
    let live = Configuration.defaults(profile: .live)
    let lines = try text().split(separator: "\n").map(String.init)
    for (key, value) in live.riskGate.values where demo.riskGate.values[key] != value {
      let at = try #require(lines.firstIndex { $0.hasPrefix("  \(key):") })
      #expect(lines[at - 1].contains("Demo: "), "\(key)")
    }
    let off = lines.filter { $0.hasSuffix("; demo: 0") }
    #expect(off.count == 8, "what is off in a demo alone")
    #expect(live.riskState.streakTight > 0 && live.riskState.strategyMaxExecutions > 0)
  }

  @Test func `every key of the schema stands in it, in order, and no other`() throws {
    let root = try #require(try Yams.compose(yaml: text())?.mapping)
    var keys: [String] = []
    for (section, node) in root {
      let name = try #require(section.string)
      for (key, _) in try #require(node.mapping, "\(name) has keys") {
        keys.append("\(name).\(try #require(key.string))")
      }
    }
    #expect(keys == Configuration.schema)
  }

  @Test func `every section and every key has a sentence or stands under one`() throws {
    var isDescribed = false
    for line in try text().split(separator: "\n", omittingEmptySubsequences: false) {
      let code = line.drop { $0 == " " }
      if code.hasPrefix("#") {
        isDescribed = true
      } else if code.isEmpty {
        isDescribed = false
      } else {
        #expect(isDescribed, "no sentence above: \(line)")
      }
    }
  }

  @Test func `every bound of a number stands beside it`() throws {
    for line in try text().split(separator: "\n") {
      let code = line.drop { $0 == " " }
      guard !code.hasPrefix("#"), let value = code.split(separator: ":").dropFirst().first,
        Double(value.prefix { $0 != "#" }.filter { $0 != " " }) != nil
      else { continue }
      #expect(line.contains("# "), "no bounds beside: \(line)")
    }
  }

  @Test func `with every line a comment, as it is installed, all defaults hold`() throws {
    let text = try String(contentsOfFile: Self.path, encoding: .utf8)
    let comments = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty || $0.hasPrefix("#") ? String($0) : "# \($0)" }.joined(separator: "\n")
    let configuration = try Configuration.parse(comments, path: "installed", profile: .paper)
    let defaults = Configuration.defaults(profile: .paper)
    #expect(configuration.supervisor == defaults.supervisor)
    #expect(configuration.riskGate == defaults.riskGate)
    #expect(configuration.orderRouter == defaults.orderRouter)
  }
}
