import ArgumentParser
import Daemon
import Dispatch
import Foundation
import Simulation

/// `interlock simulate`.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Try the router in a simulated world that breaks.",
    discussion: """
      Runs the real router, link and venue machines under a virtual clock with the faults that \
      each seed draws, heals, and judges by the venue's book. Prints failing seeds; exit code 1 \
      when there is one. The same seed with the same --faults replays exactly.
      Exit codes: 0 every seed holds, 1 a seed fails, 64 misuse.
      Example: interlock simulate --seeds 1..200
      """)

  @Option(
    help: ArgumentHelp("Seeds, both included (default: the one of --seed).", valueName: "A..B"))
  var seeds: SeedRange?

  @Option(help: ArgumentHelp("One seed (default: those of --seeds).", valueName: "N"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Faults that may be drawn: all, none, or names.", valueName: "list"))
  var faults = FaultList.all

  @Flag(help: "With --seed: print what happened, line by line.")
  var trace = false

  @OptionGroup var output: JSONFlag

  func validate() throws {
    guard (seeds == nil) != (seed == nil) else {
      throw ValidationError("give either --seeds A..B or --seed N")
    }
    guard !trace || seed != nil else { throw ValidationError("--trace: needs --seed N") }
  }

  func run() throws {
    let range = seeds ?? SeedRange(first: seed ?? 0, last: seed ?? 0)
    let start = Clock.machineNanoseconds()
    let reports = SeedWorkers.run(range, faults: faults.kinds, isTracing: trace)
    let seconds = Double(Clock.machineNanoseconds() - start) / 1e9
    for report in reports {
      for line in report.trace { print(line) }
      for finding in report.findings where !output.json { print("seed \(report.seed): \(finding)") }
    }
    let sum = SimulateText(range, reports, seconds: seconds)
    print(output.json ? try sum.json() : sum.plain)
    StageHost.leave(reports.isEmpty ? .done : reports.allSatisfy(\.passed) ? .done : .no)
  }
}

/// `1..2000`.
struct SeedRange: ExpressibleByArgument {
  static let most: UInt64 = 10_000_000

  let first: UInt64
  let last: UInt64

  init(first: UInt64, last: UInt64) {
    self.first = first
    self.last = last
  }

  init?(argument: String) {
    let parts = argument.components(separatedBy: "..")
    guard parts.count == 2, let first = UInt64(parts[0]), let last = UInt64(parts[1]),
      first <= last, last - first < Self.most
    else { return nil }
    self.init(first: first, last: last)
  }
}

/// `all`, `none`, or names with commas between them.
struct FaultList: ExpressibleByArgument {
  static let all = FaultList(kinds: Set(FaultKind.allCases))

  let kinds: Set<FaultKind>

  init(kinds: Set<FaultKind>) { self.kinds = kinds }

  init?(argument: String) {
    switch argument {
    case "all": self = .all
    case "none": self.init(kinds: [])
    default:
      let names = argument.split(separator: ",").map { FaultKind(rawValue: String($0)) }
      guard !names.isEmpty, names.allSatisfy({ $0 != nil }) else { return nil }
      self.init(kinds: Set(names.compactMap { $0 }))
    }
  }

  var defaultValueDescription: String { "all" }
}
