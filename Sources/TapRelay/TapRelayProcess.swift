import Daemon

/// The front door of the `tap-relay` process.
package enum TapRelayProcess {
  package static func main() -> Never {
    StageHost.run("tap-relay") { host in
      // It hears every message that those who trade hear, at the same moment.
      host.standBack()
      try TapRelayLoop(host).run()
    }
  }
}
