import Daemon
import Glibc

/// The front door of the `console` process.
package enum ConsoleProcess {
  package static func main() -> Never {
    StageHost.run("console") { host in
      // Whatever people ask of a page, the stages that trade come first.
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
      try ConsoleLoop(host).run()
    }
  }
}
