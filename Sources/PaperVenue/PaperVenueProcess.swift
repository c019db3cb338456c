import Daemon

/// The front door of the `paper-venue` process.
package enum PaperVenueProcess {
  package static func main() -> Never {
    StageHost.run("paper-venue", .keyHolder) { host in try PaperVenueLoop(host).run() }
  }
}
