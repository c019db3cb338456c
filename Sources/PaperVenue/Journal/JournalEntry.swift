import Domain
import SimulatedVenue

/// One entry of a line of the journal: a request that came in, or a record of the book.
///
/// Short member names: a journal has millions of them. Absent is nil.
struct JournalEntry: Codable, Equatable {
  /// What kind of entry it is.
  var t: String
  /// Number of the record.
  var n: Int64?
  /// Wall and market time in milliseconds.
  var w: Int64?
  var m: Int64?
  var order: OrderEntry?
  var old: OrderEntry?
  var reason: String?
  var fill: FillEntry?
  var cash: CashEntry?
  var money: Int64?
  /// The balance before a deposit.
  var before: Int64?
  /// What collateral was worth.
  var value: Int64?
  var client: String?
  var id: String?
  var trigger: Int64?
  var time: Int64?
  var policies: PoliciesEntry?
  var preferences: PreferencesEntry?
  var symbol: String?
  var suspended: Bool?
  var postOnly: Bool?
  var dislocation: String?
  /// Of a request: endpoint and parameters.
  var endpoint: String?
  var text: String?

  init(t: String) { self.t = t }

  static let request = "request"

  static func request(_ endpoint: String, _ parameters: String, at time: WallTime) -> Self {
    var entry = JournalEntry(t: request)
    entry.endpoint = endpoint
    entry.text = parameters
    entry.w = time.milliseconds
    return entry
  }
}

extension JournalEntry {
  init(_ record: BookRecord) {
    self.init(t: "")
    n = record.number
    w = record.wall.milliseconds
    m = record.market.milliseconds
    switch record.change {
    case .deposit(let money, let before):
      t = "deposit"
      self.money = money.micros
      self.before = before.micros
    case .collateral(let deposit):
      t = "collateral"
      symbol = deposit.currency.code
      self.money = deposit.quantity
      value = deposit.value.micros
    case .order(let order, let reason, let old):
      t = "order"
      self.order = OrderEntry(order)
      self.reason = reason?.rawValue
      self.old = old.map { OrderEntry($0) }
    case .fill(let fill, let settlement, let order):
      t = "fill"
      self.fill = FillEntry(fill, settlement)
      self.order = OrderEntry(order)
    case .cash(let flow):
      t = "cash"
      cash = CashEntry(flow)
    case .trailed(let id, let trigger):
      t = "trailed"
      self.id = id.text
      self.trigger = trigger.ticks
    case .repeated(let client):
      t = "repeated"
      self.client = client
    case .reopened: t = "reopened"
    case .deadMan(let time):
      t = "deadMan"
      self.time = time?.milliseconds
    case .policies(let policies):
      t = "policies"
      self.policies = PoliciesEntry(policies)
    case .preferences(let preferences):
      t = "preferences"
      self.preferences = PreferencesEntry(preferences)
    case .condition(let id, let condition):
      t = "condition"
      symbol = id.symbol
      suspended = condition.isSuspended
      postOnly = condition.isPostOnly
      dislocation = condition.dislocation?.rawValue
    }
  }

  /// The record; nil when the entry is not one.
  var record: BookRecord? {
    guard let n, let w, let m, let change else { return nil }
    return BookRecord(
      number: n, wall: WallTime(milliseconds: w), market: MarketTime(milliseconds: m),
      change: change)
  }

  private var change: BookChange? {
    switch t {
    case "deposit":
      guard let money, let before else { return nil }
      return .deposit(Money(micros: money), balanceBefore: Money(micros: before))
    case "collateral":
      guard let currency = symbol.flatMap({ CollateralCurrency.named($0) }), let money, let value
      else { return nil }
      return .collateral(
        CollateralDeposit(currency: currency, quantity: money, value: Money(micros: value)))
    case "order":
      guard let order = order?.order else { return nil }
      let reason = reason.flatMap { OrderReason(rawValue: $0) }
      guard (reason == nil) == (self.reason == nil) else { return nil }
      return .order(order, reason: reason, old: old?.order)
    case "fill":
      guard let (fill, settlement) = fill?.fill(order), let order = order?.order else {
        return nil
      }
      return .fill(fill, settlement, order: order)
    case "cash": return cash?.flow.map { .cash($0) }
    case "trailed":
      guard let id, let trigger else { return nil }
      return .trailed(VenueOrderID(unchecked: id), trigger: Price(ticks: trigger))
    case "repeated": return client.map { .repeated(client: $0) }
    case "reopened": return .reopened
    case "deadMan": return .deadMan(time.map { WallTime(milliseconds: $0) })
    case "policies": return policies?.policies.map { .policies($0) }
    case "preferences": return preferences?.preferences.map { .preferences($0) }
    case "condition": return condition
    default: return nil
    }
  }

  private var condition: BookChange? {
    guard let id = symbol.flatMap({ InstrumentID($0) }) else { return nil }
    var condition = MarketCondition()
    condition.isSuspended = suspended ?? false
    condition.isPostOnly = postOnly ?? false
    condition.dislocation = dislocation.flatMap { MarketCondition.Dislocation(rawValue: $0) }
    return .condition(id, condition)
  }
}
