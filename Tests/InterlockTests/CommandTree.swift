import Foundation
import Testing

/// The commands as the executable itself describes them (`--experimental-dump-help`).
struct CommandTree: Decodable {
  struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
    }

    let kind: String
    let names: [Name]?
    let valueName: String?
    let isOptional: Bool
    let isRepeating: Bool
    let shouldDisplay: Bool
    let abstract: String?
    let defaultValue: String?

    var longName: String? { names?.first { $0.kind == "long" }?.name }

    /// `--count NUMBER`, `--json`, `STREAM…`.
    var shape: String {
      let value = (valueName ?? "value").uppercased()
      guard kind != "positional" else { return value + (isRepeating ? "…" : "") }
      let short = names?.first { $0.kind == "short" }.map { "-\($0.name), " } ?? ""
      let long = longName.map { "--\($0)" } ?? ""
      return short + (kind == "flag" ? long : "\(long) \(value)") + (isRepeating ? "…" : "")
    }
  }

  struct Command: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let arguments: [Argument]?
    let subcommands: [Command]?
  }

  /// A command that does something, under its whole name.
  struct Leaf {
    let name: String
    let command: Command

    var arguments: [Argument] {
      (command.arguments ?? []).filter { $0.shouldDisplay && $0.longName != "help" }
    }
  }

  let command: Command

  static func read(in folder: ScratchFolder) async throws -> CommandTree {
    let answer = try await RealCommand.run(["--experimental-dump-help"], in: folder)
    #expect(answer.code == 0, "\(answer)")
    return try JSONDecoder().decode(CommandTree.self, from: Data(answer.output.utf8))
  }

  var leaves: [Leaf] { Self.leaves(command, []).sorted { $0.name < $1.name } }

  private static func leaves(_ command: Command, _ path: [String]) -> [Leaf] {
    let inner = (command.subcommands ?? []).filter { $0.commandName != "help" }
    guard !inner.isEmpty else {
      return [Leaf(name: path.joined(separator: " "), command: command)]
    }
    return inner.flatMap { leaves($0, path + [$0.commandName]) }
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static var testFiles: [String] {
    let base = root.appendingPathComponent("Tests").path
    return FileManager.default.enumerator(atPath: base)?.allObjects as? [String] ?? []
  }
}
