import Daemon

/// The front door of the `risk-gate` process.
package enum RiskGateProcess {
  package static func main() -> Never {
    StageHost.run("risk-gate") { host in try GateLoop(host).run() }
  }
}
