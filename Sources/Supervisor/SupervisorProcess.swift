import CLinux
import Daemon
import Glibc

/// The supervisor: starts, watches, restarts and stops every other process, and keeps no trading
/// state.
package enum SupervisorProcess {
  package static func main() -> Never {
    ProgramLauncher.launchIfAsked()
    var log = Log("supervisor")
    do throws(Fatal) {
      let signals = try SignalDescriptor()
      var options = try StageHost.parseOrHelp("supervisor")
      log = Log("supervisor", options)
      options.runDirectory = absolute(try options.requireRunDirectory())
      options.stateDirectory = absolute(try options.requireStateDirectory())
      let environment = environment()
      options.secretFile = options.secretFile ?? credential(environment)
      if let parent = options.parent { try follow(parent) }
      try StageHost.armFailpoints(options, generation: 1, log)
      let configuration = try Configuration.load(
        path: options.configurationPath, profile: options.profile)
      try RealMoney.check(options, log)
      let siblings = try Siblings.ofThisProcess()
      let premises = try Premises(options)
      try becomeSubreaper()
      let loop = try SupervisorLoop(
        options: options, configuration: configuration, log: log, premises: premises,
        siblings: siblings, signals: signals, environment: environment)
      log.notice(
        "started",
        [
          "profile": options.profile.rawValue, "account": options.account,
          "build": siblings.build, "configuration": configuration.source,
          "digest": configuration.digest,
        ])
      let code = try loop.run()
      log.notice("stopped", ["code": "\(code.rawValue)"])
      StageHost.leave(code)
    } catch {
      log.fatal(error)
      StageHost.leave(error.code)
    }
  }

  /// The trading key as the service manager hands it over, when it does.
  private static func credential(_ environment: [String: String]) -> String? {
    guard let folder = environment["CREDENTIALS_DIRECTORY"] else { return nil }
    let path = "\(folder)/keys_trading"
    return access(path, F_OK) == 0 ? path : nil
  }

  /// Drains when the process that started us dies.
  private static func follow(_ parent: Int32) throws(Fatal) {
    guard il_prctl(PR_SET_PDEATHSIG, UInt(SIGTERM)) == 0, getppid() == parent else {
      throw Fatal(.tryAgain, "unable to follow process \(parent): it is not the parent: restart")
    }
  }

  /// Grandchildren whose parent died become ours, so that none is ever left running.
  private static func becomeSubreaper() throws(Fatal) {
    guard il_prctl(PR_SET_CHILD_SUBREAPER, 1) == 0 else {
      throw Fatal(.internalError, "unable to adopt orphans: \(SystemError.text())")
    }
  }

  private static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    return "\(String(cString: current))/\(path)"
  }

  private static func environment() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let pointer = entry.pointee {
      let pair = String(cString: pointer).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
      entry += 1
    }
    return variables
  }
}
