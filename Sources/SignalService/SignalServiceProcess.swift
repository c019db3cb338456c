import Daemon

/// The front door of the `signal-service` process.
package enum SignalServiceProcess {
  package static func main() -> Never {
    StageHost.run("signal-service") { host in try SignalLoop(host).run() }
  }
}
