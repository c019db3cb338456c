import Domain

// GET of whole lists, without parameters.

extension RequestEncoder {
  var openOrders: Endpoint { .read("openorders") }
  var openPositions: Endpoint { .read("openpositions") }
  var fills: Endpoint { .read("fills") }
  var account: Endpoint { .read("accounts") }
  var instrumentList: Endpoint { .open("instruments") }
  var tickers: Endpoint { .open("tickers") }
}
