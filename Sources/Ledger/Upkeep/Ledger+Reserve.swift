package import Domain

// Room on the disk: asked before an intent, kept at idle, given back when a write found none.
extension Ledger {
  /// Why no new intent may be accepted now; nil when one may.
  ///
  /// Never asked for what protects.
  package var refusal: Denial? {
    if let failed { return Denial(.routerHalted, "ledger: \(failed)") }
    let free = measureFree()
    // Only the bounds matter here; the ballast itself is a matter of idle time.
    _ = reserve.step(free: free, hasBallast: true)
    guard reserve.isRefusing else { return nil }
    return Denial(
      .diskNearlyFull,
      "free=\(free.map(String.init) ?? "unknown") limit=\(reserve.limits.refuseBelow) bytes")
  }

  /// Makes or lets go of the ballast, as the room there is asks for; what was done.
  func keepReserve(wasFull: Bool = false) throws(LedgerError) -> DiskReserve.Action {
    let action = reserve.step(
      free: measureFree(), hasBallast: ballast.isThere, wasFull: wasFull)
    switch action {
    case .keep: break
    case .makeBallast: try ballast.make()
    case .releaseBallast: try ballast.release()
    }
    return action
  }
}
