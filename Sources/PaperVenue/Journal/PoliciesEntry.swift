import Daemon
import SimulatedVenue

/// The venue's policies as they stand in the journal, in configuration and at the admin port.
struct PoliciesEntry: Codable, Equatable {
  var clientOrderID: String?
  var deadline: String?
  var reduceOnlySum: String?
  var immediateOrders: String?
  var executedWord: String?
  var triggerWhileFlat: Bool?
  var holdMilliseconds: Int64?
  var lookupMilliseconds: Int64?
  var historyLagMilliseconds: Int64?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case clientOrderID = "client_order_id"
    case deadline
    case reduceOnlySum = "reduce_only_sum"
    case immediateOrders = "immediate_orders"
    case executedWord = "executed_word"
    case triggerWhileFlat = "trigger_while_flat"
    case holdMilliseconds = "hold_ms"
    case lookupMilliseconds = "lookup_ms"
    case historyLagMilliseconds = "history_lag_ms"
  }

  /// Texts of a configuration; the text that is no policy, or no value of one, is returned instead.
  static func read(_ texts: [String: String]) -> Result<PoliciesEntry, UnknownPolicy> {
    var json: [String] = []
    for (name, value) in texts.sorted(by: { $0.key < $1.key }) {
      guard CodingKeys(rawValue: name) != nil else { return .failure(UnknownPolicy(text: name)) }
      let isBare = Int64(value) != nil || value == "true" || value == "false"
      let member = "\"\(name)\":" + (isBare ? value : "\"\(value)\"")
      guard let alone = JSONLine.decode(PoliciesEntry.self, Array("{\(member)}".utf8)),
        alone.policies != nil
      else { return .failure(UnknownPolicy(text: "\(name): \(value)")) }
      json.append(member)
    }
    let whole = "{\(json.joined(separator: ","))}"
    guard let entry = JSONLine.decode(PoliciesEntry.self, Array(whole.utf8)) else {
      return .failure(UnknownPolicy(text: whole))
    }
    return .success(entry)
  }

  struct UnknownPolicy: Error {
    let text: String
  }

  /// Leaves the hold to the contracts' own figures.
  private static let contractsHold: Int64 = -1

  init(_ policies: VenuePolicies) {
    clientOrderID = policies.clientOrderID.rawValue
    deadline = policies.deadline.rawValue
    reduceOnlySum = policies.reduceOnlySum.rawValue
    immediateOrders = policies.immediateOrders.rawValue
    executedWord = policies.executedWord.rawValue
    triggerWhileFlat = policies.triggerWhileFlat
    holdMilliseconds = policies.holdMilliseconds ?? Self.contractsHold
    lookupMilliseconds = policies.lookupMilliseconds
    historyLagMilliseconds = policies.historyLagMilliseconds
  }

  /// The policies; nil when a value is unknown or out of bounds.
  var policies: VenuePolicies? { applied(to: VenuePolicies()) }

  /// `policies` with what is given here in place of its own; nil when a value is unknown.
  func applied(to base: VenuePolicies) -> VenuePolicies? {
    var policies = base
    func take<Value: RawRepresentable>(
      _ text: String?, _ path: WritableKeyPath<VenuePolicies, Value>
    ) -> Bool where Value.RawValue == String {
      guard let text else { return true }
      guard let value = Value(rawValue: text) else { return false }
      policies[keyPath: path] = value
      return true
    }
    guard take(clientOrderID, \.clientOrderID), take(deadline, \.deadline),
      take(reduceOnlySum, \.reduceOnlySum), take(immediateOrders, \.immediateOrders),
      take(executedWord, \.executedWord)
    else { return nil }
    policies.triggerWhileFlat = triggerWhileFlat ?? policies.triggerWhileFlat
    if let hold = holdMilliseconds {
      policies.holdMilliseconds = hold == Self.contractsHold ? nil : hold
    }
    policies.lookupMilliseconds = lookupMilliseconds ?? policies.lookupMilliseconds
    policies.historyLagMilliseconds = historyLagMilliseconds ?? policies.historyLagMilliseconds
    guard (0...VenuePolicies.longestHold).contains(policies.holdMilliseconds ?? 0),
      (0...3_600_000).contains(policies.lookupMilliseconds),
      (0...3_600_000).contains(policies.historyLagMilliseconds)
    else { return nil }
    return policies
  }
}
