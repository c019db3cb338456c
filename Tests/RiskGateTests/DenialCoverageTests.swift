import Domain
import Foundation
import Testing
import Wire

@testable import RiskGate

/// Every code that the gate's column of `docs/denials.md` names is provoked here, and no other.
@Suite("every denial of the gate")
struct DenialCoverageTests {
  private static let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/denials.md")

  /// Codes whose row says that the gate denies by them.
  private static func documented() throws -> Set<DenialReason> {
    let text = try String(contentsOf: docs, encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map {
      $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    return Set(
      rows.filter { $0[1].contains("gate") }.compactMap {
        DenialReason(rawValue: $0[0].trimmingCharacters(in: CharacterSet(charactersIn: "`")))
      })
  }

  private static func byControls() -> Set<DenialReason> {
    var found: Set<DenialReason> = []
    for id in ControlID.allCases {
      guard let spoil = ControlProbes.spoil(id) else { continue }
      var scene = Scene()
      spoil(&scene)
      found.formUnion(scene.reasons(replayed: false))
    }
    // Sizing keeps to these; a size above them, as a fault of sizing would form it, is denied.
    for id in ControlProbes.formed {
      let control = Control.all[id.rawValue]
      var view = RiskView(Sample.limits.numbers)
      for other in ControlID.allCases { view[other] = .notApplicable }
      view[id] = .value(control.bound(Sample.limits.numbers) + 1)
      found.formUnion(view.objections.map { Control.all[$0.rawValue].code })
    }
    return found
  }

  private static func exit(of signal: String = "s1", valid: Int64 = 10_000) -> ExitProposal {
    ExitProposal(
      id: SignalID(unchecked: "x-\(signal)"), strategy: StrategyID(unchecked: "breakout"),
      instrument: Sample.id("PF_XBTUSD"), signal: SignalID(unchecked: signal),
      reason: ExitWord(unchecked: "TEST"), decidedAt: MarketTime(milliseconds: 60_000),
      validUntil: WallTime(milliseconds: Sample.wall + valid))
  }

  private static func byExits() -> Set<DenialReason> {
    var drive = GateDrive.ready()
    drive.step(.offerExit(1, exit()))
    drive.tell(.intentAccepted(Sample.hash(1), Sample.intent(Sample.signal())))
    drive.tell(Scene.position("PF_XBTUSD", lots: 10))
    drive.step(.offerExit(2, exit(of: "other")))
    return Set(
      drive.exitDecisions.flatMap { decision -> [DenialReason] in
        guard case .denied(let denials) = decision.decision.verdict else { return [] }
        return denials.map(\.reason)
      })
  }

  private static func byName() -> Set<DenialReason> {
    var drive = GateDrive.ready()
    drive.step(.offer(1, Sample.signal("s")))
    drive.step(.offer(2, Sample.signal("s", stop: 197_000)))
    var blind = GateDrive()
    blind.step(.offer(1, Sample.signal()))
    blind.clock = 2000
    blind.step(.tick)
    return Set(drive.lastReasons + blind.lastReasons)
  }

  private static func byPrograms() -> Set<DenialReason> {
    let breakout = StrategyID(unchecked: "breakout")
    let now = WallTime(milliseconds: Sample.wall)
    var guards = ProgramGuard()
    let moment = MachineTime(nanoseconds: 0)
    let rates = (0...ProgramGuard.burst).map { _ in guards.rate(breakout, now: moment) }
    return Set(
      (rates + [
        ProgramGuard.objection(to: Sample.signal("other/1"), from: breakout, now: now),
        ProgramGuard.objection(
          to: Sample.signal("breakout/1", valid: ProgramGuard.longestValidity + 1),
          from: breakout, now: now),
      ]).compactMap { $0?.reason })
  }

  @Test func `each is provoked, and documented as the gate's`() throws {
    let provoked = Self.byControls().union(Self.byExits()).union(Self.byName())
      .union(Self.byPrograms())
    let documented = try Self.documented()
    let missing = documented.subtracting(provoked).map(\.rawValue).sorted()
    let strange = provoked.subtracting(documented).map(\.rawValue).sorted()
    #expect(missing == [], "documented, and provoked by nothing here")
    #expect(strange == [], "provoked, and not documented as the gate's")
    #expect(documented.count > 60)
  }

  @Test func `every code that exists is the gate's or the router's`() throws {
    let text = try String(contentsOf: Self.docs, encoding: .utf8)
    for reason in DenialReason.allCases {
      let row = text.split(separator: "\n").first { $0.hasPrefix("| `\(reason.rawValue)` |") }
      let by = row?.split(separator: "|").dropFirst().first ?? ""
      #expect(by.contains("gate") || by.contains("router"), "\(reason.rawValue): \(by)")
    }
  }
}
