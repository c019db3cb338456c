import ArgumentParser
import Daemon
import Foundation

/// `--json` of every reading command.
struct JSONFlag: ParsableArguments {
  @Flag(help: "One JSON value on standard output.")
  var json = false
}

/// A question to the router whose answer is a list of objects.
protocol RouterListCommand: ParsableCommand {
  var directory: RunDirectoryOption { get }
  var output: JSONFlag { get }
  static var verb: String { get }
  /// The members shown to people, in order.
  static var columns: [String] { get }
  var arguments: [String: String] { get }
}

extension RouterListCommand {
  var arguments: [String: String] { [:] }

  func run() throws {
    let answer = try directory.ask("order-router", Self.verb, arguments)
    guard !output.json else { return print(answer) }
    let rows = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [[String: Any]] ?? []
    let cells = rows.map { row in
      Self.columns.map { column in
        row[column].map(Table.cell) ?? "-"
      }
    }
    print(Table.text(Self.columns, cells))
  }
}

struct OrdersCommand: RouterListCommand {
  static let configuration = CommandConfiguration(
    commandName: "orders", abstract: "Every order the router has sent.",
    discussion: """
      Asked through the router, never from the file; the newest thousand.
      Exit codes: 0 done, also when there is none; 69 not running, 75 no answer.
      Example: interlock orders --json
      """)
  static let verb = "orders"
  static let columns = [
    "sent_at", "instrument", "role", "side", "type", "quantity", "filled", "price", "status",
    "client_order_id",
  ]
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag
}

struct IntentsCommand: RouterListCommand {
  static let configuration = CommandConfiguration(
    commandName: "intents", abstract: "Every intent the router has accepted.",
    discussion: """
      Asked through the router, never from the file; the newest thousand.
      Exit codes: 0 done, also when there is none; 69 not running, 75 no answer.
      Example: interlock intents
      """)
  static let verb = "intents"
  static let columns = [
    "accepted_at", "instrument", "direction", "quantity", "limit_price", "stop_price", "state",
    "signal",
  ]
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag
}

struct FillsCommand: RouterListCommand {
  static let configuration = CommandConfiguration(
    commandName: "fills", abstract: "The newest thousand fills.",
    discussion: """
      Asked through the router, never from the file; the newest thousand.
      Exit codes: 0 done, also when there is none; 69 not running, 75 no answer.
      Example: interlock fills
      """)
  static let verb = "fills"
  static let columns = ["time", "instrument", "side", "quantity", "price", "execution_id"]
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag
}

struct PositionsCommand: RouterListCommand {
  static let configuration = CommandConfiguration(
    commandName: "positions", abstract: "Open positions and how their stops cover them.",
    discussion: """
      Asked through the router, never from the file; the newest thousand.
      Exit codes: 0 done, also when there is none; 69 not running, 75 no answer.
      Example: interlock positions
      """)
  static let verb = "positions"
  static let columns = [
    "instrument", "direction", "quantity", "stop_quantity", "protected", "opened_at",
  ]
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag
}

struct EventsCommand: RouterListCommand {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "Numbered events of the ledger.",
    discussion: """
      Append-only and hash-chained; ORDER_INTENT_HASH is an intent that was accepted.
      Exit codes: 0 done, also when there is none; 64 misuse, 69 not running, 75 no answer.
      Example: interlock events --type ORDER_INTENT_HASH --count 20
      """)
  static let verb = "events"
  static let columns = ["number", "time", "type", "body"]
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  @Option(help: "First event number.") var from: Int64 = 1
  @Option(help: "How many at most, 1 to 1000.") var count: Int = 100
  @Option(help: "Only this type, such as ORDER_INTENT_HASH (default: all).") var type: String?

  var arguments: [String: String] {
    var arguments = ["from": "\(from)", "count": "\(count)"]
    arguments["type"] = type
    return arguments
  }

  func validate() throws {
    guard from > 0 else { throw ValidationError("--from: \(from) is too small, at least 1") }
    guard (1...1000).contains(count) else {
      throw ValidationError("--count: \(count) is out of bounds, 1 to 1000")
    }
  }
}

/// A table of left-aligned columns.
enum Table {
  /// A JSON value as people read it.
  static func cell(_ value: Any) -> String {
    if let object = value as? [String: Any] { return JSONText.line(object) }
    // JSON's true and false come as numbers of one character.
    if let number = value as? NSNumber, String(cString: number.objCType) == "c" {
      return number.boolValue ? "yes" : "no"
    }
    return "\(value)"
  }

  static func text(_ head: [String], _ rows: [[String]]) -> String {
    let all = [head.map { $0.uppercased() }] + rows
    let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }.joined(separator: "\n")
  }
}

/// JSON objects on one line, keys sorted.
enum JSONText {
  /// A member that is there and says nothing.
  static var null: Any { NSNull() }

  /// A text between quotes.
  static func quoted(_ text: String) -> String { String(line([text]).dropFirst().dropLast()) }

  static func line(_ object: Any) -> String {
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
    guard JSONSerialization.isValidJSONObject(object),
      let data = try? JSONSerialization.data(withJSONObject: object, options: options)
    else {
      fatalError("objects of ours are made of texts, integers and lists, which always encode")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
