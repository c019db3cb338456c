import Foundation
import Testing

@Suite("style")
struct StyleTests {
  @Test(arguments: SourceTree.written)
  func `a file has at most 300 lines of at most 100 columns`(_ file: SourceTree.File) {
    #expect(file.lines.count <= 301, "\(file) has \(file.lines.count) lines: split it")
    for (index, line) in file.lines.enumerated() where line.utf8.count > 100 && line.count > 100 {
      Issue.record("\(file):\(index + 1) has \(line.count) columns")
    }
  }

  /// A function's body ends at the brace on the column of its `func`; the formatter sees to that.
  @Test(arguments: SourceTree.written)
  func `a function has at most 60 lines`(_ file: SourceTree.File) {
    for (start, line) in file.lines.enumerated() {
      let code = SourceTree.code(line)
      guard code.contains("func ") || code.contains(" init(") || code.contains(" init?(") else {
        continue
      }
      let indent = line.prefix { $0 == " " }
      let end = file.lines[start...].firstIndex { $0 == indent + "}" || $0 == indent + "} }" }
      // Bodies of one line and requirements of protocols have no such brace before the next one.
      guard let end, !code.hasSuffix("}"),
        file.lines[start...].contains(where: { $0.hasSuffix("{") })
      else { continue }
      let next = file.lines[(start + 1)...].firstIndex { other in
        other.prefix { $0 == " " } == indent && other.contains("func ")
      }
      if let next, next < end { continue }
      #expect(end - start < 60, "\(file):\(start + 1): \(end - start + 1) lines")
    }
  }

  private static let banned: [(word: String, instead: String)] = [
    ("try!", "handle the error or let it be thrown"),
    ("as!", "use as? and say what is wrong otherwise"),
    ("Task.detached", "loops live on the main thread or on threads of their own"),
    ("DispatchQueue.global", "the same"),
    ("@unchecked Sendable", "use a Mutex, or say in this list what guards it"),
  ]

  @Test(arguments: SourceTree.sources.filter { !$0.isGenerated })
  func `banned calls do not occur`(_ file: SourceTree.File) {
    for (index, line) in file.lines.enumerated() {
      let code = SourceTree.code(line)
      for (word, instead) in Self.banned where code.contains(word) {
        Issue.record("\(file):\(index + 1): \(word): \(instead)")
      }
      if code.contains("print("), !code.contains("debugPrint("), file.room != "Interlock" {
        Issue.record("\(file):\(index + 1): print( belongs to the command line; use the log")
      }
      if code.contains("fatalError("), !line.contains("fatalError(\""),
        !file.lines[min(index + 1, file.lines.count - 1)].contains("\"")
      {
        Issue.record("\(file):\(index + 1): fatalError( says in a sentence which law is broken")
      }
      for word in ["FIX" + "ME", "TO" + "DO"] where line.contains(word) {
        Issue.record("\(file):\(index + 1): \(word): finish it or write it down in docs/")
      }
    }
  }

  /// Where the text of a secret is needed: files that read, sign or send it.
  private static let exposing: Set<String> = [
    "Sources/Daemon/Secret.swift", "Sources/Daemon/Files/Credentials.swift",
    "Sources/Alerter/Addresses.swift", "Sources/Alerter/Courier.swift",
    "Sources/Alerter/Letter.swift", "Sources/OrderRouter/KrakenFutures+StageHost.swift",
    "Sources/PaperVenue/VenuePremises.swift",
  ]

  @Test(arguments: SourceTree.sources.filter { !$0.isGenerated })
  func `a secret is exposed only where it is read, signed or sent`(_ file: SourceTree.File) {
    guard !Self.exposing.contains(file.path) else { return }
    for (index, line) in file.lines.enumerated() where SourceTree.code(line).contains(".exposed") {
      Issue.record("\(file):\(index + 1): .exposed: hand the Secret on, or say here why not")
    }
  }

  /// Where a failure that is not looked at may cost a position, every `try?` has a branch for it.
  @Test(arguments: SourceTree.sources.filter { guarded.contains($0.room) && !$0.isGenerated })
  func `no error is swallowed where it matters`(_ file: SourceTree.File) {
    for (index, line) in file.lines.enumerated() {
      let code = SourceTree.code(line)
      guard code.contains(" try? ") || code.contains("(try? "), !code.contains("guard "),
        !code.contains("if let ")
      else {
        continue
      }
      let isKnown = Self.harmless.contains {
        file.path.hasSuffix($0.file) && line.contains($0.code)
      }
      #expect(isKnown, "\(file):\(index + 1): try? without a branch for the failure")
    }
  }

  private static let guarded = ["OrderRouter", "Ledger", "Exchange", "RiskGate", "Supervisor"]

  private static let harmless: [(file: String, code: String)] = [
    // A connection that does not close leaves its log, which the next life reads.
    ("Ledger/Ledger.swift", "try? queue.close()"),
    // Functions that answer nil for a line that is none, which their callers refuse.
    ("Ledger/Upkeep/EventArchive.swift", "try? JSONSerialization"),
  ]

  /// What protects and what proposes are released apart, so that neither hides in the other.
  @Test func `no release changes both safety and strategies`() throws {
    let changes = SourceTree.root.appendingPathComponent("CHANGELOG.md")
    let text = try String(contentsOf: changes, encoding: .utf8)
    let releases = text.components(separatedBy: "\n## ").dropFirst()
    #expect(releases.contains { $0.hasPrefix("Unreleased") })
    for release in releases where !release.hasPrefix("Unreleased") {
      let both = release.contains("### Safety") && release.contains("### Strategies")
      #expect(!both, "\(release.prefix { $0 != "\n" }): release them apart")
    }
  }

  @Test func `no file or type is called Manager, Helper, Utils or Common`() {
    for file in SourceTree.written {
      for word in ["Manager", "Helper", "Utils", "Common"] {
        #expect(!file.path.contains(word), "\(file): name it by its noun")
      }
    }
  }

  @Test(arguments: SourceTree.sources.filter { !$0.isGenerated && !$0.isProcess })
  func `a file is named after something it declares`(_ file: SourceTree.File) throws {
    let name = try #require(file.path.split(separator: "/").last).dropLast(".swift".count)
    let noun = String(name.split(separator: "+").first ?? name)
    let text = file.lines.joined(separator: "\n")
    let words = ["struct", "class", "enum", "protocol", "extension", "func", "typealias", "actor"]
    let isDeclared =
      words.contains { text.contains("\($0) \(noun)") }
      || noun == noun.lowercased()
    let declaresSeveral = [
      // Files of several small nouns of one kind are named for the kind.
      "Time", "Rows", "Account", "RouterVocabulary", "EventText", "EventFields", "Invariant",
      "ReadingCommands", "HTTPMessage", "Services", "Directories", "Candidates",
    ]
    #expect(isDeclared || declaresSeveral.contains(noun), "\(file) declares no \(noun)")
  }

  @Test func `nothing in the project speaks of the machine it was written on`() {
    let documents = SourceTree.files(in: ["docs", "ops", "proto"]) { _ in true }
    for file in SourceTree.written + documents {
      for word in ["/wo" + "rk/", "/ro" + "ot/"] {
        for (index, line) in file.lines.enumerated() where line.contains(word) {
          Issue.record("\(file):\(index + 1): \(word)")
        }
      }
    }
  }
}
