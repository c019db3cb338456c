import Glibc

/// How much of the machine one stage may take: past it the kernel refuses or ends it, and the
/// supervisor starts it anew.
struct StageLimits: Sendable {
  let memoryBytes: UInt64
  let files: UInt64
  let cpuSeconds: UInt64

  init(_ settings: SupervisorSettings, stage: String) {
    let megabytes =
      stage == "paper-venue" ? settings.venueMemoryMegabytes : settings.stageMemoryMegabytes
    memoryBytes = UInt64(megabytes) * 1024 * 1024
    files = UInt64(settings.stageFiles)
    cpuSeconds = UInt64(settings.stageCPUSeconds)
  }

  /// Memory it may write, and open files: as far as its own limits allow, never more.
  func apply() throws(Fatal) {
    try Self.lower(__rlimit_resource_t(RLIMIT_DATA.rawValue), memoryBytes, "memory")
    // As many as that: libzmq ends the process when a listener's descriptors run out, and whoever
    // connects to it has some to spend.
    try Self.lower(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), files, "files")
    try renew()
  }

  /// Lets the loop go on for another `cpuSeconds` of processor time; one that does not come back
  /// here is ended with SIGXCPU.
  func renew() throws(Fatal) {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let used = UInt64(max(0, usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)) + 1
    let resource = __rlimit_resource_t(RLIMIT_CPU.rawValue)
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = min(limit.rlim_max, UInt(used + cpuSeconds))
    guard setrlimit(resource, &limit) == 0 else {
      throw Fatal(.internalError, "unable to bound processor time: \(SystemError.text())")
    }
  }

  private static func lower(
    _ resource: __rlimit_resource_t, _ most: UInt64, _ name: String
  ) throws(Fatal) {
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else {
      throw Fatal(.internalError, "unable to read the limit of \(name): \(SystemError.text())")
    }
    limit.rlim_max = min(limit.rlim_max, UInt(most))
    limit.rlim_cur = limit.rlim_max
    guard setrlimit(resource, &limit) == 0 else {
      throw Fatal(.internalError, "unable to bound \(name): \(SystemError.text())")
    }
  }
}
