import Dispatch
import Foundation
import Glibc
import Simulation
import Synchronization

/// Spreads seeds over the cores; each seed is one thread's alone.
enum SeedWorkers {
  /// The seeds under way, by worker: what a broken invariant of the router ends is named by them.
  nonisolated(unsafe) private static let underWay = UnsafeMutablePointer<UInt64>.allocate(
    capacity: mostWorkers)
  private static let mostWorkers = 64

  /// Failing reports whole, passing ones as well; in the order of their seeds.
  static func run(
    _ range: SeedRange, faults: Set<FaultKind>, isTracing: Bool
  ) -> [SeedReport] {
    let workers = min(max(1, ProcessInfo.processInfo.activeProcessorCount), mostWorkers)
    underWay.initialize(repeating: .max, count: mostWorkers)
    nameSeedsOnTrap()
    let next = Mutex(range.first)
    let reports = Mutex<[SeedReport]>([])
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      while true {
        let seed = next.withLock { next -> UInt64? in
          guard next <= range.last else { return nil }
          defer { next += 1 }
          return next
        }
        guard let seed else { return }
        underWay[worker] = seed
        let report = SimulatedSeeds.run(seed, faults: faults, isTracing: isTracing)
        reports.withLock { $0.append(report) }
      }
    }
    return reports.withLock { $0.sorted { $0.seed < $1.seed } }
  }

  /// A broken invariant ends the process; before it does, standard error names the seeds under way.
  private static func nameSeedsOnTrap() {
    for number in [SIGILL, SIGTRAP, SIGSEGV] {
      signal(number) { number in
        // Only what is safe in a signal handler: digits by hand, one write.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
          for worker in 0..<64 where SeedWorkers.underWay[worker] != .max {
            var value = SeedWorkers.underWay[worker]
            var index = 31
            buffer[index] = 10
            repeat {
              index -= 1
              buffer[index] = UInt8(48 + value % 10)
              value /= 10
            } while value > 0
            let label: StaticString = "seed under way: "
            write(STDERR_FILENO, label.utf8Start, label.utf8CodeUnitCount)
            write(STDERR_FILENO, buffer.baseAddress?.advanced(by: index), 32 - index)
          }
        }
        _exit(70)
      }
    }
  }
}
