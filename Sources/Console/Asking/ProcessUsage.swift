import Daemon
import Glibc

/// Memory and processor time of the pipeline's processes, as the kernel counts them.
enum ProcessUsage {
  private static let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
  private static let pageSize = Int64(max(1, sysconf(Int32(_SC_PAGESIZE))))

  /// Of every stage and strategy program that runs, and of the supervisor.
  static func read(_ status: PipelineStatus) -> [String: PipelineView.Usage] {
    var usage: [String: PipelineView.Usage] = [:]
    let stages = status.stages.compactMap { stage in stage.pid.map { (stage.name, $0) } }
    let programs = (status.programs ?? []).compactMap { program in
      program.pid.map { (program.name, $0) }
    }
    for (name, pid) in programs + stages + [("supervisor", status.pid)] {
      usage[name] = read(pid: pid)
    }
    return usage
  }

  /// Nil when there is no such process any more.
  static func read(pid: Int32) -> PipelineView.Usage? {
    guard let bytes = file("/proc/\(pid)/stat"),
      // The second field is the name, which may hold anything.
      let name = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = String(decoding: bytes[(name + 1)...], as: UTF8.self).split(separator: " ")
    guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
      let pages = Int64(fields[21])
    else { return nil }
    return PipelineView.Usage(
      residentBytes: pages * pageSize, cpuSeconds: (user + system) / ticksPerSecond)
  }

  private static func file(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    return count > 0 ? Array(bytes.prefix(count)) : nil
  }
}
