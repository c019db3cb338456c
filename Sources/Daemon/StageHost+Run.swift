import CLinux
import Failpoint
import Glibc

extension StageHost {
  /// The descriptor on which a stage inherits its lifeline.
  package static let lifelineDescriptor: Int32 = 3

  /// Runs `body` as the process named `stage` and ends the process when it returns.
  ///
  /// With `--parent` the process belongs to a supervisor; without it runs alone, as tests and
  /// operators start it by hand: then it keeps the rights of whoever started it.
  package static func run(
    _ stage: String, _ privileges: Privileges = .ordinary, _ body: (StageHost) throws -> Void
  ) -> Never {
    var log = Log(stage)
    do {
      let signals = try SignalDescriptor()
      let options = try parseOrHelp(stage)
      log = Log(stage, options)
      let build = try Siblings.ofThisProcess().build
      let lifeline = try options.parent.map { parent throws(Fatal) in
        try bind(to: parent)
        return LifelineEnd(lifelineDescriptor)
      }
      let welcome =
        if let lifeline {
          try Welcome.await(on: lifeline, build: build)
        } else {
          try Welcome.alone(build: build)
        }
      try armFailpoints(options, generation: welcome.generation, log)
      failpoint(.daemonStartBefore)
      let configuration = try Configuration.load(
        path: options.configurationPath, profile: options.profile)
      // Who only looks begins no life.
      let epoch = try EpochFile.next(
        stage, stateDirectory: options.check ? nil : options.stateDirectory)
      let host = StageHost(
        stage: stage, options: options, configuration: configuration, log: log, welcome: welcome,
        epoch: epoch, lifeline: lifeline, signals: signals)
      try host.bound(privileges)
      failpoint(.daemonStartAfter)
      host.logStart()
      try body(host)
      host.drained()
      log.info("stopped", ["generation": "\(host.generation)"])
      leave(.done)
    } catch let failure as Fatal {
      log.fatal(failure)
      leave(failure.code)
    } catch {
      log.fatal(Fatal(.internalError, "unable to go on: \(error)"))
      leave(.internalError)
    }
  }

  /// Takes what a stage may have at most, and gives up the rest.
  private func bound(_ privileges: Privileges) throws(Fatal) {
    try limits.apply()
    isBounded = true
    guard options.parent != nil else { return }
    let outcome = try privileges.drop(options, configuration)
    setStatus("privileges", outcome.inForce)
    log.info("privileges dropped", ["in_force": outcome.inForce])
    guard let missing = outcome.missing else { return }
    setStatus("privileges_missing", missing)
    log.warning("PRIVILEGES NOT DROPPED", ["reason": missing])
  }

  /// Arms what the environment says of this process, and says so loudly; with real money never.
  package static func armFailpoints(
    _ options: StageOptions, generation: UInt64, _ log: Log
  ) throws(Fatal) {
    guard let specification = getenv(Failpoints.variable).map({ String(cString: $0) }),
      !specification.isEmpty
    else { return }
    guard options.profile != .live else {
      throw Fatal(
        .badConfiguration,
        "unable to arm failpoints: \(Failpoints.variable) is set and the profile is live: unset it")
    }
    do {
      for plan in try Failpoints.arm(
        specification, stage: log.process, generation: generation)
      {
        log.warning("FAILPOINT ARMED: this process is going to misbehave", ["plan": "\(plan)"])
      }
    } catch {
      throw Fatal(.misuse, "unable to arm failpoints: \(Failpoints.variable): \(error)")
    }
  }

  /// The options of this process; `--help` is answered here.
  package static func parseOrHelp(_ stage: String) throws(Fatal) -> StageOptions {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch try StageOptions.parse(stage: stage, arguments: arguments) {
    case .options(let options): return options
    case .help(let text):
      Output.write(text, to: STDOUT_FILENO)
      leave(.done)
    }
  }

  /// Ends the process without destructors: what had to be kept is on disk already.
  package static func leave(_ code: ExitCode) -> Never {
    fflush(nil)
    _exit(code.rawValue)
  }

  /// Ties this process's life to its parent's: the kernel kills it when the parent dies.
  private static func bind(to parent: Int32) throws(Fatal) {
    guard il_prctl(PR_SET_PDEATHSIG, UInt(SIGKILL)) == 0 else {
      throw Fatal(.internalError, "unable to follow the supervisor: \(SystemError.text())")
    }
    // The parent may have died before the line above.
    guard getppid() == parent else {
      throw Fatal(.tryAgain, "unable to follow process \(parent): it is not the parent: restart")
    }
  }

  private func logStart() {
    log.info(
      "started",
      [
        "profile": options.profile.rawValue, "account": options.account,
        "generation": "\(generation)", "build": build, "configuration": configuration.source,
        "digest": configuration.digest,
      ])
  }
}
