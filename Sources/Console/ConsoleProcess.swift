import Daemon

/// The front door of the `console` process.
package enum ConsoleProcess {
  package static func main() -> Never {
    StageHost.run("console") { host in
      // Whatever people ask of a page, the stages that trade come first.
      host.standBack()
      try ConsoleLoop(host).run()
    }
  }
}
