import Daemon

/// The front door of the `order-router` process.
package enum OrderRouterProcess {
  package static func main() -> Never {
    StageHost.run("order-router", .keyHolder) { host in
      guard !host.options.check else { return try RouterCheck(host).run() }
      try RouterLoop(host).run()
    }
  }
}
