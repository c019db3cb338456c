import CZlib
import Foundation
import Testing

@testable import Archive

/// A folder of files written for one test; gone with it.
final class MarketFolder {
  static let header = "ts,open,high,low,close,volume"
  /// 2025-01-01T00:00:00Z.
  static let newYear: Int64 = 1_735_689_600_000

  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("archive-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes `text` and returns the path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let file = path + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }

  /// Writes `lines` under the usual header, each with its end.
  @discardableResult
  func write(_ name: String, lines: [String]) throws -> String {
    try write(name, ([Self.header] + lines).map { $0 + "\n" }.joined())
  }

  /// Writes `lines` under the usual header as gzip; `cut` bytes are missing at the end.
  @discardableResult
  func compress(_ name: String, lines: [String], cut: Int = 0) throws -> String {
    let file = path + "/" + name
    let text = ([Self.header] + lines).map { $0 + "\n" }.joined()
    let stream = try #require(gzopen(file, "wb"))
    let bytes = Array(text.utf8)
    #expect(gzwrite(stream, bytes, UInt32(bytes.count)) == Int32(bytes.count))
    #expect(gzclose(stream) == Z_OK)
    if cut > 0 {
      let whole = try Data(contentsOf: URL(fileURLWithPath: file))
      try whole.dropLast(cut).write(to: URL(fileURLWithPath: file))
    }
    return file
  }

  /// `count` possible bars, `step` milliseconds apart.
  static func lines(
    _ count: Int, step: Int64 = 60_000, from start: Int64 = newYear
  ) -> [String] {
    (0..<count).map { index in
      "\(start + Int64(index) * step),\(100 + index % 7).5,\(108).25,99.75,\(101 + index % 5),1.5"
    }
  }

  /// The error that `work` throws.
  static func error(_ work: () throws -> some Any) throws -> ArchiveError {
    try #require(#expect(throws: ArchiveError.self) { _ = try work() })
  }
}

/// The recorded candles beside the package; they are read in place and never part of it.
enum SharedMarket {
  static let folder: String? = {
    let environment = ProcessInfo.processInfo.environment["INTERLOCK_SHARED"]
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let shared =
      environment ?? root.deletingLastPathComponent().appendingPathComponent("shared").path
    return FileManager.default.fileExists(atPath: shared + "/market") ? shared + "/market" : nil
  }()

  static let missing: Comment =
    "NOT TESTED: no recorded market data at ../shared/market; set INTERLOCK_SHARED to its folder"

  static let symbols = [
    "BTCUSDT": "PF_XBTUSD", "ETHUSDT": "PF_ETHUSD", "SOLUSDT": "PF_SOLUSD",
    "XRPUSDT": "PF_XRPUSD", "XBTUSD": "PF_XBTUSD", "ETHUSD": "PF_ETHUSD",
  ]
}
