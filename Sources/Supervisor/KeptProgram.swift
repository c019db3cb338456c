import Daemon
import Glibc

/// One strategy program and what has become of it.
struct KeptProgram {
  let program: StrategyProgram
  var generation: UInt64 = 0
  var process: (pid: pid_t, descriptor: Int32)?
  var startedAt: Int64 = 0
  var dueAt: Int64? = 0
  var policy = RestartPolicy()
  /// Which walls its last life has to do without; nil when none.
  private(set) var missing: String?
  /// Where its launcher says so.
  private var report: Int32?

  init(_ program: StrategyProgram) {
    self.program = program
  }

  var status: PipelineStatus.Program {
    PipelineStatus.Program(
      name: program.name, pid: process?.pid,
      state: process != nil ? "running" : dueAt == nil ? "failed" : "backoff",
      generation: generation, missing: missing)
  }

  mutating func begin(_ process: (pid: pid_t, descriptor: Int32), report: Int32) {
    self.process = process
    self.report = report
    missing = nil
  }

  mutating func end() {
    if let descriptor = process?.descriptor { close(descriptor) }
    process = nil
    if let report { close(report) }
    report = nil
  }

  /// Reads what the launcher has said; true once when that is that walls are missing.
  mutating func readReport() -> Bool {
    guard let report else { return false }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = read(report, &bytes, bytes.count)
    if count < 0 && (errno == EAGAIN || errno == EINTR) { return false }
    guard count > 0 else {
      close(report)
      self.report = nil
      return false
    }
    missing = (missing ?? "") + String(decoding: bytes.prefix(count), as: UTF8.self)
    return true
  }
}
