import Domain
import SimulatedVenue

/// Money on its way between wallets: `transfer`, `transfer/subaccount` and `withdrawal`.
///
/// The account has one wallet with money in it, `flex`, and that money is USD: a withdrawal from it
/// is carried out, and everything else has the documented error that says why it cannot be.
enum WalletAnswers {
  static let endpoints = [
    Endpoint("transfer", ["POST"]) { call, _ in .now(transfer(call)) },
    Endpoint("transfer/subaccount", ["POST"]) { call, _ in .now(subaccountTransfer(call)) },
    Endpoint("withdrawal", ["POST"]) { .now(withdrawal($0, &$1)) },
    Endpoint("withdrawaltospotwallet", ["POST"]) { .now(withdrawal($0, &$1)) },
  ]

  /// What can be collateral at the venue; only the first of them is here.
  private static let units = [
    "USD", "EUR", "GBP", "USDT", "USDC", "XBT", "BTC", "ETH", "SOL", "XRP", "LTC", "ADA", "BCH",
  ]

  private static func transfer(_ call: EndpointCall) -> VenueHTTPResponse {
    guard let from = call.parameter("fromAccount")?.lowercased(),
      let to = call.parameter("toAccount")?.lowercased()
    else { return call.error("requiredArgumentMissing") }
    switch sum(call, unit: "unit") {
    case .failure(let refusal): return call.error(refusal.word)
    case .success:
      guard ["cash", "flex"].contains(from), ["cash", "flex"].contains(to), from != to else {
        return call.error("invalidAccount")
      }
      // Nothing is in the cash wallet, and nothing can be kept there.
      return call.error(from == "cash" ? "insufficientFunds" : "Unavailable")
    }
  }

  /// There are no subaccounts: whatever is named is none.
  private static func subaccountTransfer(_ call: EndpointCall) -> VenueHTTPResponse {
    let names = ["fromUser", "toUser", "fromAccount", "toAccount"]
    guard names.allSatisfy({ call.parameter($0) != nil }) else {
      return call.error("requiredArgumentMissing")
    }
    switch sum(call, unit: "unit") {
    case .failure(let refusal): return call.error(refusal.word)
    case .success: return call.error("invalidAccount")
    }
  }

  private static func withdrawal(
    _ call: EndpointCall, _ state: inout VenueCore.State
  ) -> VenueHTTPResponse {
    switch sum(call, unit: "currency") {
    case .failure(let refusal): return call.error(refusal.word)
    case .success(let sum):
      switch call.parameter("sourceWallet")?.lowercased() {
      case nil, "", "flex": break
      case "cash": return call.error("insufficientFunds")
      default: return call.error("invalidAccount")
      }
      guard sum.unit == units[0], let record = state.machine.withdraw(sum.money, now: call.now)
      else { return call.error("insufficientFunds") }
      return call.success("uid", .text(AccountLog.uid(record)))
    }
  }

  private static func sum(
    _ call: EndpointCall, unit name: String
  ) -> Result<(unit: String, money: Money), OrderParameters.Refusal> {
    guard let unit = call.parameter(name)?.uppercased(), let text = call.parameter("amount") else {
      return .failure(.init(word: "requiredArgumentMissing"))
    }
    guard units.contains(unit) else { return .failure(.init(word: "invalidUnit")) }
    guard let money = ExactDecimal(text).flatMap({ Money($0, rounding: .down) }), money > .zero
    else { return .failure(.init(word: "invalidAmount")) }
    return .success((unit, money))
  }
}
