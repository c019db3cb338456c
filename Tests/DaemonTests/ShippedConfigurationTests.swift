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

  @Test func `it is accepted and sets what holds without it`() throws {
    let shipped = try Configuration.load(path: Self.path, profile: .demo)
    let defaults = Configuration.defaults(profile: .demo)
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
}
