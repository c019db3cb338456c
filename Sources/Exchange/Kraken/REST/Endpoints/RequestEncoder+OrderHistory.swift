import Domain

// GET /api/history/v3/orders: the venue's own record of what became of orders. There is no filter
// on the client id, which is called `clientId` here.

extension RequestEncoder {
  /// The most events in one answer; the venue silently cuts at this count.
  static let historyPage = 1000

  func orderHistory(since: WallTime, before: WallTime) -> Endpoint {
    .service(
      "/api/history/v3/orders",
      Parameters([
        "since": String(since.milliseconds), "before": String(before.milliseconds), "sort": "asc",
        "count": String(Self.historyPage),
      ]), isPrivate: true)
  }
}
