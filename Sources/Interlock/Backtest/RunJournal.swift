import Daemon
import Foundation
import Simulation

/// What a real run has written down, read as a journal.
///
/// `signals.jsonl` and `gate.jsonl` are the stages' own files in the state directory;
/// `intents.json`, `orders.json` and `fills.json` are what `interlock intents|orders|fills --json`
/// print, saved there while the run lasts.
struct RunJournal {
  private struct Signal: Decodable {
    let market_ms: Int64
    let signal: String
    let instrument: String
    let direction: String
    let setup: String
  }

  private struct Gate: Decodable {
    struct Reason: Decodable {
      let reason: String
    }

    let signal: String?
    let accepted: Bool
    let denials: [Reason]?
  }

  private struct Intent: Decodable {
    let intent: String
    let kind: String
    let signal: String
    let quantity: String
    let limit_price: String?
    let stop_price: String?
    let take_profits: [String]?
    let position: String?
  }

  private struct Order: Decodable {
    let client_order_id: String
    let intent: String
    let role: String
    let rung: Int?
  }

  private struct Fill: Decodable {
    let client_order_id: String?
    let quantity: String
    let price: String?
    let wall_ms: Int64
  }

  static func read(_ folder: String) throws(Fatal) -> TradeJournal {
    var journal = TradeJournal()
    var verdicts: [String: Gate] = [:]
    for gate: Gate in try lines("\(folder)/gate.jsonl") {
      if let signal = gate.signal { verdicts[signal] = gate }
    }
    var seen: Set<String> = []
    for signal: Signal in try lines("\(folder)/signals.jsonl")
    where seen.insert(signal.signal).inserted {
      guard let verdict = verdicts[signal.signal] else { continue }
      journal.decisions.append(
        TradeJournal.Decision(
          signal: signal.signal, instrument: signal.instrument, direction: signal.direction,
          setup: signal.setup, decided_ms: signal.market_ms, accepted: verdict.accepted,
          reasons: Set((verdict.denials ?? []).map(\.reason)).sorted()))
    }
    let intents: [Intent] = try object("\(folder)/intents.json")
    let orders: [Order] = try object("\(folder)/orders.json")
    let fills: [Fill] = try object("\(folder)/fills.json")
    journal.intents = intents.compactMap { row in
      guard row.kind == "entry", let limit = row.limit_price, let stop = row.stop_price else {
        return nil
      }
      return TradeJournal.Intent(
        signal: row.signal, quantity: row.quantity, limit_price: limit, stop_price: stop,
        take_profits: row.take_profits ?? [])
    }
    let signals = Dictionary(intents.map { ($0.intent, $0) }) { first, _ in first }
    let owners = Dictionary(orders.map { ($0.client_order_id, $0) }) { first, _ in first }
    journal.fills = fills.sorted { $0.wall_ms < $1.wall_ms }.compactMap { fill in
      guard let order = fill.client_order_id.flatMap({ owners[$0] }), let price = fill.price,
        let intent = signals[order.intent],
        let signal = intent.kind == "entry"
          ? intent.signal : intent.position.flatMap({ signals[$0]?.signal })
      else { return nil }
      let role = order.rung.map { "\(order.role)_\($0)" } ?? order.role
      return TradeJournal.Fill(
        signal: signal, role: role, quantity: fill.quantity, price: price)
    }
    return journal
  }

  /// A torn last line, of a process that was killed, is left out.
  private static func lines<Row: Decodable>(_ path: String) throws(Fatal) -> [Row] {
    let text = String(decoding: try data(path), as: UTF8.self)
    let lines = text.split(separator: "\n")
    var rows: [Row] = []
    for (index, line) in lines.enumerated() {
      do {
        rows.append(try JSONDecoder().decode(Row.self, from: Data(line.utf8)))
      } catch {
        // Lines of exits have other members; a torn end is no line.
        guard index + 1 == lines.count || line.contains("\"exit\"") else {
          throw Fatal(
            .badConfiguration,
            "unable to read \(path): line \(index + 1) is none of its stage's: name the state "
              + "directory of a run")
        }
      }
    }
    return rows
  }

  static func object<Value: Decodable>(_ path: String) throws(Fatal) -> Value {
    let data = try data(path)
    do {
      return try JSONDecoder().decode(Value.self, from: data)
    } catch {
      throw Fatal(.badConfiguration, "unable to read \(path): \(error): write it anew")
    }
  }

  private static func data(_ path: String) throws(Fatal) -> Data {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Fatal(
        .badConfiguration,
        "unable to read \(path): no readable file: docs/backtest.md says how a run is saved")
    }
    return data
  }
}
