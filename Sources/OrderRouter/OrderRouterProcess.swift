import Daemon

/// The front door of the `order-router` process.
package enum OrderRouterProcess {
  package static func main() -> Never {
    StageHost.run("order-router", .keyHolder) { host in try RouterLoop(host).run() }
  }
}
