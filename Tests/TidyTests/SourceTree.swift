import Foundation

/// The package's own sources as the laws of style see them.
enum SourceTree {
  struct File: Sendable, CustomStringConvertible {
    /// Relative to the package, such as `Sources/Domain/Market/Candle.swift`.
    let path: String
    let lines: [String]

    var description: String { path }
    var isGenerated: Bool { path.contains("/Generated/") }
    /// `Domain` for `Sources/Domain/…`; the process's name below `Sources/Processes`.
    var room: String {
      let parts = path.split(separator: "/").map(String.init)
      return parts[1] == "Processes" ? parts[2] : parts[1]
    }
    var isProcess: Bool { path.hasPrefix("Sources/Processes/") }
    var isTest: Bool { path.hasPrefix("Tests/") }
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static let swiftFiles: [File] = files(in: ["Sources", "Tests"]) { $0.hasSuffix(".swift") }
  static let sources = swiftFiles.filter { !$0.isTest }
  /// What people wrote, as opposed to a generator.
  static let written = swiftFiles.filter { !$0.isGenerated }

  static func files(in folders: [String], where accept: (String) -> Bool) -> [File] {
    folders.flatMap { folder -> [File] in
      let base = root.appendingPathComponent(folder)
      let names = FileManager.default.enumerator(atPath: base.path)?.allObjects as? [String] ?? []
      return names.filter(accept).sorted().compactMap { name in
        guard let text = try? String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)
        else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return File(path: "\(folder)/\(name)", lines: lines)
      }
    }
  }

  /// A line without its comment and without what stands in string literals, near enough for rules.
  static func code(_ line: String) -> String {
    var code: [UInt8] = []
    var inText = false
    var previous: UInt8 = 0
    for byte in line.utf8 {
      if byte == UInt8(ascii: "\"") && previous != UInt8(ascii: "\\") {
        inText.toggle()
      } else if !inText {
        if byte == UInt8(ascii: "/"), code.last == byte {
          return String(decoding: code.dropLast(), as: UTF8.self)
        }
        code.append(byte)
      }
      previous = byte
    }
    return String(decoding: code, as: UTF8.self)
  }
}
