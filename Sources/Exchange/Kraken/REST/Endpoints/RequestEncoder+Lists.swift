import Domain

// GET of whole lists.

extension RequestEncoder {
  var openOrders: Endpoint { .read("openorders") }
  var openPositions: Endpoint { .read("openpositions") }
  var fills: Endpoint { .read("fills") }

  func fills(before: WallTime) -> Endpoint {
    .read("fills", Parameters(["lastFillTime": text(before)]))
  }

  var account: Endpoint { .read("accounts") }
  var marginModes: Endpoint { .read("leveragepreferences") }
  var instrumentList: Endpoint { .open("instruments") }
  var tickers: Endpoint { .open("tickers") }
}
