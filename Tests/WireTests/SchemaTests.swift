import Foundation
import Testing

/// The generated code belongs to the schema that is read by people and by other languages.
@Suite("schema")
struct SchemaTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func read(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test func `the schema is the one the code was generated from`() throws {
    let tool = Process()
    tool.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    tool.arguments = [Self.root.appendingPathComponent("proto/interlock.proto").path]
    let output = Pipe()
    tool.standardOutput = output
    try tool.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    tool.waitUntilExit()
    let found = String(decoding: data, as: UTF8.self).prefix(64)
    let recorded = try Self.read("proto/interlock.proto.sha256").prefix(64)
    #expect(found.count == 64)
    #expect(found == recorded, "the schema changed: run `make proto`")
  }

  @Test func `every message and enum of the schema has its generated type`() throws {
    let code = try Self.read("Sources/Wire/Generated/interlock.pb.swift")
    var count = 0
    for line in try Self.read("proto/interlock.proto").split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 2, words[0] == "message" || words[0] == "enum" else { continue }
      count += 1
      #expect(code.contains(" Proto\(words[1]): "), "\(words[1]) was not generated: `make proto`")
    }
    #expect(count > 20)
  }
}
