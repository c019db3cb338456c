import CLinux
import Glibc

/// What a stage may reach of the machine once it runs.
///
/// 1. The trading key is read by its holders alone; every other stage gives up the right to read it
///    before it does anything else, and then tries, so that the claim is not believed but seen.
/// 2. A holder leaves no core file, and no process of its user reads its memory.
/// 3. What the kernel does not offer is logged as a warning and shown by `interlock status`; it
///    keeps nobody from running.
package struct Privileges: Sendable {
  private let holdsKey: Bool
  private let reads: @Sendable (Configuration) -> [String]

  /// For the stages that sign with the key, or check it.
  package static let keyHolder = Privileges(holdsKey: true) { _ in [] }
  /// For everyone else.
  package static let ordinary = ordinary { _ in [] }

  /// The same for a stage that reads files beside the system's, the configuration and its state.
  package static func ordinary(
    reads: @escaping @Sendable (Configuration) -> [String]
  ) -> Privileges {
    Privileges(holdsKey: false, reads: reads)
  }

  private init(holdsKey: Bool, reads: @escaping @Sendable (Configuration) -> [String]) {
    self.holdsKey = holdsKey
    self.reads = reads
  }

  /// What of it is in force, and what is not.
  struct Outcome: Equatable, Sendable {
    var inForce: String
    var missing: String?
  }

  /// Gives up the rest, for good; must run before any thread is made.
  func drop(_ options: StageOptions, _ configuration: Configuration) throws(Fatal) -> Outcome {
    guard il_prctl(PR_SET_NO_NEW_PRIVS, 1) == 0 else {
      throw Fatal(.internalError, "unable to renounce new privileges: \(SystemError.text())")
    }
    if holdsKey {
      guard il_prctl(PR_SET_DUMPABLE, 0) == 0 else {
        throw Fatal(.internalError, "unable to hide the memory: \(SystemError.text())")
      }
      return Outcome(inForce: "holds the key, memory hidden", missing: nil)
    }
    guard let domain = Landlock(hiding: options.hidden, isolated: false) else {
      return Outcome(
        inForce: "none", missing: "Landlock is not in this kernel: this stage could read the key")
    }
    for path in Self.system + [try Siblings.ofThisProcess().folder] + reads(configuration) {
      try domain.allow(path, .read)
    }
    for path in [options.configurationPath, configuration.exchange.certificateAuthorities] {
      if let path { try domain.allow(path, .read) }
    }
    try domain.allow("/dev", .use)
    for path in [options.stateDirectory, options.runDirectory, "/tmp", "/var/tmp"] {
      if let path { try domain.allow(path, .write) }
    }
    try domain.enter()
    try Self.verify(options.hidden)
    return Outcome(
      inForce: "Landlock \(Landlock.version), \(options.hidden.count) hidden", missing: nil)
  }

  /// What programs of the system need: libraries, certificates, names of hosts and time zones.
  private static let system = [
    "/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/opt", "/etc", "/proc", "/sys", "/run",
  ]

  /// Invariant 1, tried: a key that can be opened after all ends the process.
  private static func verify(_ hidden: [String]) throws(Fatal) {
    for path in hidden {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor < 0 else {
        close(descriptor)
        throw Fatal(
          .badConfiguration,
          "unable to hide \(path) from this stage: move it out of the folders of --state-dir and "
            + "--run-dir")
      }
    }
  }
}
