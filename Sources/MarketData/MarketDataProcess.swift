import Daemon

/// The front door of the `market-data` process.
package enum MarketDataProcess {
  package static func main() -> Never {
    StageHost.run("market-data") { host in try MarketDataLoop(host).run() }
  }
}
