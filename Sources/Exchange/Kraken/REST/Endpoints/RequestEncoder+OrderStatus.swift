import Domain

// POST orders/status: orders that are open, or ended within the last 5 seconds. An id that the
// venue does not know is simply missing from the answer.

extension RequestEncoder {
  /// The most ids in one look-up.
  static let lookupBound = 200

  func orderStatus(_ ids: [ClientOrderID]) throws(Unencodable) -> Endpoint {
    guard (1...Self.lookupBound).contains(ids.count) else {
      throw Unencodable("a look-up takes 1 to \(Self.lookupBound) orders, not \(ids.count)")
    }
    var parameters = Parameters()
    // A list in one value is taken for one long id.
    for id in ids { parameters.add("cliOrdIds", id.text) }
    return .post("orders/status", parameters)
  }
}
