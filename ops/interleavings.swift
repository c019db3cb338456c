import Domain

/// Random interleavings between gate, ledger and venue by the hundred thousand, optimised.
///
/// `InterleavingTests` runs a thousand of them. `ops/bench interleavings FIRST..LAST`.
@main
enum Interleavings {
  static func main() {
    let bounds = (CommandLine.arguments.dropFirst().first ?? "").split(separator: ".")
      .compactMap { UInt64($0) }
    guard bounds.count == 2, bounds[0] <= bounds[1] else {
      print("interleavings: give FIRST..LAST")
      return
    }
    var intents = 0
    var fills = 0
    var restarts = 0
    var failed: [UInt64] = []
    for seed in bounds[0]...bounds[1] {
      var one = Interleaving(seed: seed)
      one.run(steps: 80)
      intents += one.forwarded
      fills += one.filled
      restarts += one.restarts
      if !one.violations.isEmpty {
        failed.append(seed)
        print("interleavings: seed \(seed): \(one.violations.joined(separator: "; "))")
      }
    }
    // Otherwise the judge is blind.
    let found = (bounds[0]...min(bounds[1], bounds[0] + 299)).count { seed in
      var one = Interleaving(seed: seed, isForgetful: true)
      one.run(steps: 80)
      return !one.violations.isEmpty
    }
    print(
      "interleavings \(bounds[0])..\(bounds[1]): \(intents) intents, \(fills) fills, "
        + "\(restarts) restarts, \(failed.count) seeds passed a limit; "
        + "a gate that forgets was found by \(found) of the first 300")
    precondition(failed.isEmpty && found > 0, "a limit was passed, or the judge is blind")
  }
}
