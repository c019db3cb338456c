import Daemon

/// The front door of the `alerter` process: a stage, or with `--event` one alert and out.
package enum AlerterProcess {
  package static func main() -> Never {
    let files = Privileges.ordinary { configuration in
      [configuration.alerts.secretsFile].compactMap { $0 }
    }
    StageHost.run("alerter", files) { host in
      let loop = try AlerterLoop(host)
      guard let event = host.options.event else { return try loop.run() }
      let settings = host.configuration.alerts
      guard event == .test || settings.word(for: event) != .off else {
        throw Fatal(.no, "unable to send the alert: \(event.rawValue) is off in alerts.events")
      }
      try loop.sendOne(
        Alert(
          id: "once-\(host.epoch)", event: event, stage: "interlock",
          text: host.options.text ?? Alert.test(id: "").text,
          milliseconds: Clock.wallMilliseconds()))
    }
  }
}

extension Alert {
  /// What `interlock alert test` sends.
  static func test(id: String) -> Alert {
    Alert(
      id: id, event: .test, stage: "alerter", text: "test: alerts arrive here",
      milliseconds: Clock.wallMilliseconds())
  }
}
