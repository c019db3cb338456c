import Testing

/// Who may import whom; the same table as `Package.swift`, checked over what the files say, because
/// the build lets transitive imports through.
@Suite("arrows")
struct ArrowTests {
  private static let system: Set<String> = [
    "Glibc", "Foundation", "FoundationEssentials", "Synchronization", "Dispatch",
  ]

  /// Per room everything it may import beside the system's modules.
  private static let allowed: [String: Set<String>] = [
    "Domain": [],
    "Failpoint": [],
    "Wire": ["Domain", "Failpoint", "CZeroMQ", "SwiftProtobuf"],
    "Ledger": ["Domain", "Failpoint", "CCrypto", "GRDB", "GRDBSQLite"],
    "Archive": ["Domain", "CZlib", "GRDB"],
    "Exchange": [
      "Domain", "Failpoint", "CCurl", "CCrypto", "CLinux", "CTLS", "NIOCore", "NIOPosix",
      "NIOHTTP1", "NIOWebSocket",
    ],
    "Daemon": ["Failpoint", "CLinux", "ArgumentParser", "Yams"],
    "MarketData": ["Domain", "Failpoint", "Wire", "Exchange", "Archive", "Daemon"],
    "SignalService": ["Domain", "Failpoint", "Wire", "Daemon"],
    "RiskGate": ["Domain", "Failpoint", "Wire", "Daemon"],
    "OrderRouter": ["Domain", "Failpoint", "Wire", "Ledger", "Exchange", "Daemon"],
    "Supervisor": ["Failpoint", "Daemon", "CLinux"],
    "TapRelay": ["Domain", "Wire", "Daemon"],
    "Alerter": ["Daemon", "CCurl"],
    "Console": ["Domain", "Wire", "Daemon", "NIOCore", "NIOPosix", "NIOHTTP1"],
    "SimulatedVenue": ["Domain"],
    "PaperVenue": [
      "Domain", "SimulatedVenue", "Daemon", "Archive", "Exchange", "CCrypto", "CLinux", "NIOCore",
      "NIOPosix", "NIOHTTP1", "NIOWebSocket",
    ],
    "Interlock": [
      "Domain", "Wire", "Daemon", "Archive", "MarketData", "SignalService", "RiskGate",
      "Simulation", "ArgumentParser",
    ],
    "Simulation": [
      "Domain", "Wire", "Daemon", "Ledger", "Archive", "MarketData", "SignalService", "RiskGate",
      "OrderRouter", "Supervisor", "SimulatedVenue",
    ],
  ]

  private static func imports(_ file: SourceTree.File) -> [String] {
    file.lines.compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard let index = words.firstIndex(of: "import"), index <= 2,
        words[..<index].allSatisfy({
          ["package", "internal", "@testable", "@preconcurrency"].contains($0)
        })
      else { return nil }
      return words.count > index + 1 ? words.last : nil
    }
  }

  @Test(arguments: SourceTree.sources.filter { !$0.isProcess })
  func `a file imports only what its room may know`(_ file: SourceTree.File) throws {
    if !["Domain"].contains(file.room), file.path.contains("/include/") { return }
    let allowed = try #require(Self.allowed[file.room], "no arrows are known for \(file.room)")
    let system = file.room == "Domain" ? [] : Self.system
    for module in Self.imports(file) {
      #expect(allowed.contains(module) || system.contains(module), "\(file): import \(module)")
    }
  }

  @Test(arguments: SourceTree.sources.filter(\.isProcess))
  func `a front door is one call of its stage`(_ file: SourceTree.File) {
    #expect(file.path.hasSuffix("/main.swift"))
    #expect(Self.imports(file).count == 1, "\(file) imports its stage and nothing else")
    #expect(file.lines.count <= 6, "\(file) is \(file.lines.count) lines")
  }

  @Test func `decision code takes no clock, no file and no chance`() {
    let pure = SourceTree.sources.filter { file in
      file.room == "Domain" || file.room == "SimulatedVenue" || file.path.contains("/Machine/")
        || file.path.hasSuffix("Machine.swift")
    }
    #expect(!pure.isEmpty)
    let banned = [
      "Date()", "Clock.", "SystemRandomNumberGenerator", "FileManager", "Glibc", ".random(in:",
    ]
    for file in pure where !file.path.hasPrefix("Sources/Supervisor") {
      for (index, line) in file.lines.enumerated() {
        for word in banned where SourceTree.code(line).contains(word) {
          Issue.record("\(file):\(index + 1): \(word) in pure code; let it be an input")
        }
      }
    }
  }
}
