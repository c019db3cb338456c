import Foundation
import Testing

/// `docs/cli.md` and `--help` say the same, and help says what an operator needs.
///
/// `INTERLOCK_WRITE_PAGE=1` writes the page's list of commands anew from the executable's own help.
@Suite("the page of commands", .serialized)
struct CommandPageTests {
  private static let page = CommandTree.root.appendingPathComponent("docs/cli.md")
  private static let opening = "<!-- commands: written from --help -->\n"
  private static let closing = "<!-- end of commands -->"

  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func `every command stands on the page as its help has it`() async throws {
    let tree = try await CommandTree.read(in: folder)
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let start = try #require(text.range(of: Self.opening))
    let end = try #require(text.range(of: Self.closing))
    let written = String(text[start.upperBound..<end.lowerBound])
    let wanted = tree.leaves.map(Self.section).joined(separator: "\n") + "\n"
    if ProcessInfo.processInfo.environment["INTERLOCK_WRITE_PAGE"] == "1", written != wanted {
      let whole = text[..<start.upperBound] + wanted + text[end.lowerBound...]
      try String(whole).write(to: Self.page, atomically: true, encoding: .utf8)
      return
    }
    for (line, other) in zip(wanted.split(separator: "\n"), written.split(separator: "\n"))
    where line != other {
      Issue.record("help says: \(line)\ndocs/cli.md says: \(other)")
      return
    }
    #expect(wanted == written, "INTERLOCK_WRITE_PAGE=1 writes it anew")
  }

  @Test func `help names exit codes, an example, and what holds when nothing is said`()
    async throws
  {
    for leaf in try await CommandTree.read(in: folder).leaves {
      let discussion = leaf.command.discussion ?? ""
      #expect(discussion.contains("Exit codes: 0 "), "\(leaf.name)")
      #expect(discussion.contains("Example: interlock \(leaf.name)"), "\(leaf.name)")
      #expect((leaf.command.abstract ?? "").hasSuffix("."), "\(leaf.name)")
      for argument in leaf.arguments {
        let says = argument.abstract ?? ""
        #expect(!says.isEmpty, "\(leaf.name) \(argument.shape)")
        let hasValue = argument.kind == "option" && argument.isOptional && !argument.isRepeating
        guard hasValue, argument.defaultValue == nil else { continue }
        #expect(says.contains("(default"), "\(leaf.name) \(argument.shape): \(says)")
      }
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completions are had for`(_ shell: String) async throws {
    let answer = try await RealCommand.run(["--generate-completion-script", shell], in: folder)
    #expect(answer.code == 0 && answer.errors.isEmpty, "\(answer.errors)")
    for word in ["kill-switch", "order-router", "candles"] {
      #expect(answer.output.contains(word), "\(word) for \(shell)")
    }
  }

  private static func section(_ leaf: CommandTree.Leaf) -> String {
    var lines = ["### `interlock \(leaf.name)`", "", leaf.command.abstract ?? "", ""]
    if !leaf.arguments.isEmpty {
      lines += ["| flag | |", "|---|---|"]
      lines += leaf.arguments.map { argument in
        let standard = argument.defaultValue.map { " (default: `\($0)`)" } ?? ""
        let says = (argument.abstract ?? "").replacing("|", with: "\\|")
        return "| `\(argument.shape)` | \(says)\(standard) |"
      }
      lines.append("")
    }
    if let discussion = leaf.command.discussion {
      lines += discussion.split(separator: "\n").flatMap { line -> [String] in
        line.hasPrefix("Example: ") ? ["", "    \(line.dropFirst(9))"] : [String(line)]
      }
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }
}
