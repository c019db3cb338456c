import Foundation
import Testing

@testable import Daemon

/// Each test bounds a process of its own.
@Suite("limits of a stage")
struct StageLimitsTests {
  private static func limits(_ keys: String) throws -> StageLimits {
    let configuration = try Configuration.parse(
      "supervisor:\n\(keys)", path: "test", profile: .demo)
    return StageLimits(configuration.supervisor, stage: "risk-gate")
  }

  @Test func `memory and files end where they should`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      guard let before = malloc(256 << 20) else { exit(1) }
      free(before)
      try Self.limits("  stage_memory_mb: 128\n  stage_files: 64\n").apply()
      guard malloc(256 << 20) == nil, malloc(1 << 20) != nil else { exit(2) }
      var opened = 0
      while open("/dev/null", O_RDONLY) >= 0, opened < 1000 { opened += 1 }
      guard errno == EMFILE, opened < 64 else { exit(3) }
      // Not even root's hard limit brings them back: it was lowered as well.
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      exit(limit.rlim_max == 64 ? 7 : 4)
    }
  }

  @Test func `a loop that never comes round is ended by the kernel`() async {
    await #expect(processExitsWith: .signal(SIGXCPU)) {
      try Self.limits("  stage_cpu_s: 5\n").apply()
      var number: UInt64 = 1
      while number != 0 { number = number &* 6_364_136_223_846_793_005 &+ 1 | 1 }
    }
  }

  @Test func `one that comes round goes on`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let limits = try Self.limits("  stage_cpu_s: 5\n")
      try limits.apply()
      var first = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &first)
      var number: UInt64 = 1
      var usage = rusage()
      repeat {
        for _ in 0..<1_000_000 { number = number &* 6_364_136_223_846_793_005 &+ 1 | 1 }
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      } while usage.ru_utime.tv_sec < 2 && number != 0
      try limits.renew()
      var second = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &second)
      exit(second.rlim_cur > first.rlim_cur ? 7 : 1)
    }
  }
}
