import Foundation
import Testing

@testable import Daemon

@Suite("the number of a life")
struct EpochFileTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("il-\(UUID().uuidString)").path

  @Test func `it grows though the clock was set back`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try EpochFile.next("risk-gate", stateDirectory: folder)
    #expect(first >= UInt64(clamping: Clock.wallMilliseconds() - 60_000))
    // A life that began a day ahead of the clock that is read now.
    try AtomicFile.writeJSON(first + 86_400_000, to: "\(folder)/epochs/risk-gate")
    #expect(try EpochFile.next("risk-gate", stateDirectory: folder) == first + 86_400_001)
    #expect(try EpochFile.next("risk-gate", stateDirectory: folder) == first + 86_400_002)
  }

  @Test func `each stage counts for itself`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try EpochFile.next("risk-gate", stateDirectory: folder)
    try AtomicFile.writeJSON(UInt64.max - 1, to: "\(folder)/epochs/risk-gate")
    #expect(try EpochFile.next("order-router", stateDirectory: folder) < UInt64.max - 1)
  }
}
