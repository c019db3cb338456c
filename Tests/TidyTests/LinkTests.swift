import Foundation
import Testing

/// What a process cannot do because it does not link the library for it.
@Suite("links")
struct LinkTests {
  private static let binaries = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent()

  private static func needed(_ process: String) throws -> [String] {
    let path = binaries.appendingPathComponent(process).path
    let readelf = Process()
    readelf.executableURL = URL(fileURLWithPath: "/usr/bin/readelf")
    readelf.arguments = ["-d", path]
    let output = Pipe()
    readelf.standardOutput = output
    try readelf.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    return lines.filter { $0.contains("(NEEDED)") }.map(String.init)
  }

  @Test(
    arguments: [
      ("supervisor", ["libzmq", "libcurl", "libsqlite3", "libcrypto", "libssl"]),
      ("signal-service", ["libcurl", "libsqlite3", "libcrypto"]),
      ("risk-gate", ["libcurl", "libsqlite3", "libcrypto"]),
      ("tap-relay", ["libcurl", "libsqlite3", "libcrypto"]),
      ("alerter", ["libzmq", "libsqlite3", "libcrypto"]),
      ("console", ["libcurl", "libsqlite3", "libcrypto", "libssl"]),
      // `interlock` links what the router links: its simulator runs the router's machine.
      ("paper-venue", ["libzmq"]),
    ])
  func `a process links nothing it must not use`(_ process: String, _ banned: [String]) throws {
    let needed = try Self.needed(process)
    #expect(needed.contains { $0.contains("libc.so") }, "readelf shows what \(process) needs")
    for library in banned {
      #expect(!needed.contains { $0.contains(library) }, "\(process) links \(library)")
    }
  }

  @Test func `only the router links the ledger`() throws {
    #expect(try Self.needed("order-router").contains { $0.contains("libsqlite3") })
  }

  @Test func `the processes are those of the contract`() throws {
    let folder = SourceTree.root.appendingPathComponent("Sources/Processes")
    let found = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(
      found == [
        "alerter", "console", "interlock", "market-data", "order-router", "paper-venue",
        "risk-gate",
        "signal-service", "supervisor", "tap-relay",
      ])
  }
}
