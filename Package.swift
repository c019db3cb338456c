// swift-tools-version: 6.2
import PackageDescription

// The arrows between targets are the architecture: doors (Wire, Ledger, Archive, Exchange, Daemon)
// know the vocabulary (Domain) and never each other; stages know doors and never each other;
// a process links only what its stage may use. TidyTests holds the same table.

let package = Package(
  name: "interlock",
  products: [],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // C libraries of the system
    .systemLibrary(name: "CZeroMQ"),
    .systemLibrary(name: "CCrypto"),
    .systemLibrary(name: "CTLS"),
    .systemLibrary(name: "CZlib"),
    .systemLibrary(name: "CLinux"),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),

    // Vocabulary
    .room("Domain", []),

    // Where a test may end, stall or fail a process
    .room("Failpoint", []),

    // Doors
    .room("Wire", ["Domain", "Failpoint", "CZeroMQ", .protobuf]),
    .room("Ledger", ["Domain", "Failpoint", "CCrypto", .grdb, .sqlite]),
    .room("Archive", ["Domain", "CZlib", .grdb]),
    .room(
      "Exchange",
      [
        "Domain", "Failpoint", "CCurl", "CCrypto", "CLinux", "CTLS", .nioCore, .nioPosix, .nioHTTP1,
        .nioWebSocket,
      ]),
    .room("Daemon", ["Failpoint", "CLinux", .argumentParser, .yams]),

    // Stages
    .room("MarketData", ["Domain", "Failpoint", "Wire", "Exchange", "Archive", "Daemon"]),
    .room("SignalService", ["Domain", "Failpoint", "Wire", "Daemon"]),
    .room("RiskGate", ["Domain", "Failpoint", "Wire", "Daemon"]),
    .room("OrderRouter", ["Domain", "Failpoint", "Wire", "Ledger", "Exchange", "Daemon"]),
    .room("Supervisor", ["Failpoint", "Daemon", "CLinux"]),
    .room("TapRelay", ["Domain", "Wire", "Daemon"]),
    .room("Alerter", ["Daemon", "CCurl"]),
    .target(
      name: "Console",
      dependencies: ["Domain", "Wire", "Daemon", .nioCore, .nioPosix, .nioHTTP1],
      resources: [.embedInCode("Web")], swiftSettings: .strict),

    // The venue on loopback
    .room("SimulatedVenue", ["Domain"]),
    .room(
      "PaperVenue",
      [
        "Domain", "SimulatedVenue", "Daemon", "Archive", "Exchange", "CCrypto", "CLinux", .nioCore,
        .nioPosix, .nioHTTP1, .nioWebSocket,
      ]),

    // The pipeline in one thread under a virtual clock
    .room(
      "Simulation",
      [
        "Domain", "Wire", "Daemon", "Ledger", "Archive", "SignalService", "RiskGate", "OrderRouter",
        "SimulatedVenue",
      ]),

    // The operator's command line
    .room(
      "Interlock",
      [
        "Domain", "Wire", "Daemon", "Archive", "MarketData", "SignalService", "RiskGate",
        "Simulation", .argumentParser,
      ]),

    // Front doors: one executable per process, named like its stage
    .process("supervisor", "Supervisor"),
    .process("market-data", "MarketData"),
    .process("signal-service", "SignalService"),
    .process("risk-gate", "RiskGate"),
    .process("order-router", "OrderRouter"),
    .process("tap-relay", "TapRelay"),
    .process("alerter", "Alerter"),
    .process("console", "Console"),
    .process("paper-venue", "PaperVenue"),
    .process("interlock", "Interlock"),

    // What ops/bench measures with
    .executableTarget(
      name: "ledger-bench", dependencies: ["Domain", "Ledger", "OrderRouter", .grdb],
      path: "ops/ledger-bench",
      swiftSettings: .strict),

    .executableTarget(
      name: "kill-bench", dependencies: ["Domain", "Exchange", "Daemon"], path: "ops/kill-bench",
      swiftSettings: .strict),

    .executableTarget(
      name: "backtest-bench",
      dependencies: [
        "Daemon", "Domain", "RiskGate", "SignalService", "SimulatedVenue", "Simulation",
      ], path: "ops/backtest-bench", swiftSettings: .strict),

    // Tests
    .tests("Domain"),
    .tests("Wire", ["Domain", "CZeroMQ", .protobuf]),
    .target(
      name: "CFaultVFS", path: "Tests/CFaultVFS", linkerSettings: [.linkedLibrary("sqlite3")]),
    .tests("Failpoint"),
    .tests("Ledger", ["Domain", "Failpoint", "CFaultVFS", .grdb]),
    .tests("Archive", ["Domain", "CZlib", .grdb]),
    .tests(
      "Exchange",
      [
        "Domain", "CCrypto", "CTLS", .nioCore, .nioEmbedded, .nioPosix, .nioHTTP1, .nioWebSocket,
      ]),
    .tests("Daemon", ["CLinux"]),
    .tests("MarketData", ["Domain", "Wire", "Daemon", "Archive", "Exchange"]),
    .tests("SignalService", ["Domain", "Wire", "Daemon", "Archive"]),
    .tests("RiskGate", ["Domain", "Wire", "Daemon", "SimulatedVenue"]),
    .tests("OrderRouter", ["Domain", "Ledger", "Exchange", "Daemon"]),
    .target(name: "AlertReceiver", path: "Tests/AlertReceiver", swiftSettings: .strict),
    .tests("Supervisor", ["Daemon", "CLinux", "AlertReceiver"]),
    .tests("TapRelay", ["Domain", "Wire", "Daemon"]),
    .tests("Alerter", ["Daemon"]),
    .tests(
      "Console", ["Domain", "Wire", "Daemon", .nioCore, .nioEmbedded, .nioHTTP1]),
    .tests("SimulatedVenue", ["Domain"]),
    .tests(
      "PaperVenue",
      [
        "Domain", "SimulatedVenue", "Daemon", "Archive", "Exchange", "CCrypto", .nioCore,
        .nioPosix, .nioHTTP1, .nioWebSocket,
      ]),
    .tests(
      "Simulation",
      [
        "Domain", "Wire", "Daemon", "Ledger", "Archive", "SignalService", "RiskGate", "OrderRouter",
        "SimulatedVenue",
      ]),
    .tests(
      "Interlock",
      ["Domain", "Daemon", "Archive", "MarketData", "Wire", "Simulation", "AlertReceiver"]),
    .testTarget(
      name: "VenueStreamTests",
      dependencies: ["Domain", "Exchange", "MarketData", "PaperVenue", "SimulatedVenue", "Wire"],
      swiftSettings: .strict),
    .testTarget(name: "TidyTests", swiftSettings: .strict),
    .testTarget(name: "ModelTests", swiftSettings: .strict),
    // The targets of ops/fuzz on their kept inputs.
    .testTarget(
      name: "FuzzTests",
      dependencies: ["Domain", "Daemon", "Archive", "Exchange", "PaperVenue", "SimulatedVenue"],
      path: "Fuzz", exclude: ["seeds"], swiftSettings: .strict),
    .testTarget(
      name: "PipelineTests",
      dependencies: ["Domain", "Daemon", "Interlock", "Supervisor", "Wire", "AlertReceiver"],
      exclude: ["Programs"], swiftSettings: .strict),
  ],
  swiftLanguageModes: [.v6]
)

extension Target.Dependency {
  static var argumentParser: Self {
    .product(name: "ArgumentParser", package: "swift-argument-parser")
  }
  static var protobuf: Self { .product(name: "SwiftProtobuf", package: "swift-protobuf") }
  static var grdb: Self { .product(name: "GRDB", package: "GRDB.swift") }
  /// SQLite's own functions, on GRDB's connection.
  static var sqlite: Self { .product(name: "GRDBSQLite", package: "GRDB.swift") }
  static var yams: Self { .product(name: "Yams", package: "Yams") }
  static var nioCore: Self { .product(name: "NIOCore", package: "swift-nio") }
  static var nioEmbedded: Self { .product(name: "NIOEmbedded", package: "swift-nio") }
  static var nioPosix: Self { .product(name: "NIOPosix", package: "swift-nio") }
  static var nioHTTP1: Self { .product(name: "NIOHTTP1", package: "swift-nio") }
  static var nioWebSocket: Self { .product(name: "NIOWebSocket", package: "swift-nio") }
}

extension [SwiftSetting] {
  /// Every target of ours: existential types are spelled out, imports stay internal, and a warning
  /// is an error.
  static var strict: Self {
    [
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
      .treatAllWarnings(as: .error),
    ]
  }
}

extension Target {
  /// A library target in `Sources/<name>`.
  static func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
      name: name, dependencies: dependencies, swiftSettings: .strict + optimised(name))
  }

  /// Rooms that the simulator runs by the thousand seeds are optimised in debug builds too: CI
  /// builds no other, and 2,000 seeds take minutes instead of a quarter of an hour.
  private static func optimised(_ name: String) -> [SwiftSetting] {
    let rooms = [
      "Domain", "Wire", "Ledger", "SignalService", "RiskGate", "OrderRouter", "SimulatedVenue",
      "Simulation",
    ]
    return rooms.contains(name) ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : []
  }

  /// An executable in `Sources/Processes/<name>` that calls one function of its stage.
  static func process(_ name: String, _ stage: Target.Dependency) -> Target {
    .executableTarget(
      name: name, dependencies: [stage], path: "Sources/Processes/\(name)", swiftSettings: .strict)
  }

  /// The tests of one room, in `Tests/<name>Tests`.
  static func tests(_ name: String, _ others: [Target.Dependency] = []) -> Target {
    .testTarget(
      name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + others,
      swiftSettings: .strict)
  }
}
