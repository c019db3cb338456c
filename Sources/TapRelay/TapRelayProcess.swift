import Daemon

/// The front door of the `tap-relay` process.
package enum TapRelayProcess {
  package static func main() -> Never {
    StageHost.run("tap-relay") { host in try TapRelayLoop(host).run() }
  }
}
