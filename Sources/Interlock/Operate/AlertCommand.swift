import ArgumentParser
import Daemon
import Glibc

/// `interlock alert`: whether people are told, and telling them from outside.
struct AlertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alert",
    abstract: "Tell people, or try whether they can be told.",
    subcommands: [AlertTestCommand.self, AlertSendCommand.self])
}

/// What the one-shot needs to know; the secrets themselves are read by `alerter` alone.
struct AlertConfigurationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Configuration with the section alerts, when nothing runs (default: none).",
      valueName: "file"))
  var config: String?
  @Option(
    help: ArgumentHelp(
      "Profile the configuration is read for: demo, paper or live (default: of the pipeline in "
        + "--run-dir, else of the state in --state-dir, else demo)."))
  var profile: String?
  @Option(help: "Account that is named in the message (default: the same).")
  var account: String?
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var state: StateDirectoryOption

  func validate() throws {
    if let profile, Profile(rawValue: profile) == nil {
      let words = Profile.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--profile: \(profile) is unknown: one of \(words)")
    }
  }

  /// Whose alert it is: of what runs, else of what ran last; what cannot be read keeps none back.
  private var found: Identity {
    if let instance = try? RunFiles(directory.path).readInstance() {
      return Identity(account: instance.account, profile: instance.profile)
    }
    let folder = state.stateDir.map(Directories.absolute) ?? Directories.defaultState
    let stamp = try? AtomicFile.readJSON(Identity.self, from: "\(folder)/identity.json")
    return stamp ?? Identity(account: "demo", profile: .demo)
  }

  /// Runs `alerter` for one alert; throws what it ended with.
  func send(_ event: AlertEvent, _ text: String?) throws(Fatal) {
    let found = found
    var arguments = [
      "--event", event.rawValue, "--profile", profile ?? found.profile.rawValue, "--account",
      account ?? found.account, "--log-level", "error",
    ]
    if let config { arguments += ["--config", Directories.absolute(config)] }
    if let text { arguments += ["--text", text] }
    let answer = try SiblingProcess.run("alerter", arguments)
    guard let code = Daemon.ExitCode(rawValue: answer.code) else {
      throw Fatal(.internalError, "unable to send the alert: alerter ended with \(answer.code)")
    }
    // It has said why by itself.
    guard code == .done else { StageHost.leave(code) }
  }
}

struct AlertTestCommand: ParsableCommand {
  private static let patienceMilliseconds: Int64 = 300_000

  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Send a test alert on every channel, and say whether it arrived.",
    discussion: """
      Through the alerter of the running pipeline; when nothing runs, by one of its own with \
      --config. It tries as often as any alert (alerts.attempts), so a dead channel takes a while.
      Exit codes: 0 every channel took it, 1 a channel did not or none is configured, 69 the \
      pipeline runs without an alerter, 75 not delivered or no answer, 78 bad configuration.
      Example: interlock alert test --config /etc/interlock/interlock.yaml
      """)
  @OptionGroup var options: AlertConfigurationOptions
  @OptionGroup var output: JSONFlag

  private var directory: RunDirectoryOption { options.directory }

  func run() throws {
    guard try RunFiles(directory.path).readInstance() != nil else {
      try options.send(.test, nil)
      return print(output.json ? "{\"delivered\":true}" : "delivered")
    }
    let answer: String
    do throws(Fatal) {
      answer = try ControlClient(
        socket: RunFiles(directory.path).controlSocket("alerter"),
        timeoutMilliseconds: Self.patienceMilliseconds
      ).ask("test")
    } catch {
      guard error.code == .notRunning else { throw error }
      throw Fatal(
        .notRunning,
        "unable to test alerts: the pipeline runs without an alerter: set alerts.secrets_file and "
          + "start it anew")
    }
    guard !output.json else { return print(answer) }
    let channels = JSONLine.decode([String: [String]].self, Array(answer.utf8))?["delivered"] ?? []
    print("delivered: \(channels.joined(separator: ", "))")
  }
}

struct AlertSendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Send one alert without a pipeline; what the service manager calls.",
    discussion: """
      For OnFailure= of the service: the supervisor cannot report its own death. An event that is \
      off in alerts.events is not sent.
      Exit codes: 0 every channel took it, 1 none is configured or the event is off, 64 misuse, \
      75 not delivered, 78 bad configuration.
      Example: interlock alert send --event supervisor_failed --text "interlock.service failed" \
      --config /etc/interlock/interlock.yaml
      """)
  @Option(help: "What happened, such as supervisor_failed.") var event: String
  @Option(help: ArgumentHelp("What it says, 1 to 1000 bytes.", valueName: "text"))
  var text: String
  @OptionGroup var options: AlertConfigurationOptions
  @OptionGroup var output: JSONFlag

  func validate() throws {
    guard AlertEvent(rawValue: event) != nil else {
      let words = AlertEvent.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--event: \(event) is unknown: one of \(words)")
    }
    guard (1...1000).contains(text.utf8.count) else {
      throw ValidationError("--text: \(text.utf8.count) bytes are out of bounds, 1 to 1000")
    }
  }

  func run() throws {
    guard let event = AlertEvent(rawValue: event) else { return }
    try options.send(event, text)
    print(output.json ? "{\"delivered\":true}" : "delivered")
  }
}
