import Domain
import Ledger
import OrderRouter
import SimulatedVenue

/// What happens after nothing breaks any more, in this order.
enum HealingStep: CaseIterable {
  case everythingHeals
  case marketStops
  case idleRestart
  case idleWatchEnds
  case positionsClose
  case freshSignals

  /// Milliseconds after the heal.
  var delay: Int64 {
    switch self {
    case .everythingHeals: 0
    case .marketStops: 20_000
    case .idleRestart: 27_000
    case .idleWatchEnds: 34_000
    case .positionsClose: 34_500
    case .freshSignals: 50_000
    }
  }
}

// From the last fault to the end.
extension Simulator {
  func heal(_ step: HealingStep) {
    switch step {
    case .everythingHeals:
      say("HEAL")
      outageUntil = -1
      stale = nil
      latchFile = .clear
      wallOffset = 0
      for contract in scenario.contracts { setSuspended(contract.id, false) }
    case .marketStops: isFrozen = true
    case .idleRestart:
      guard let life else { return }
      // Only a router that has had nothing to do is idle.
      isWatchingIdle = now - lastChangeAt > 4000
      say("router: idle restart")
      self.life = nil
      life.inputs = []
      database?.close()
      queue.schedule(.routerStart, at: now + 200)
    case .idleWatchEnds:
      isWatchingIdle = false
      isFrozen = false
    case .positionsClose: closePositions()
    case .freshSignals:
      driven = [:]
      isFrozen = true
      if Scenario.hasRiskPolicy(scenario.seed) { reenableEntries() }
      for index in scenario.contracts.indices {
        propose(freshProposal(index), isFresh: true)
      }
    }
  }

  private func closePositions() {
    if scenario.operatorFlattens {
      if let life {
        let command = RouterCommand.flatten(nil, by: "judge", reason: "end of the run")
        queue.schedule(.hears(life: life.number, .command(command)), at: now)
      }
      return
    }
    // The market goes against every position, a tenth of a percent in each step.
    for (index, contract) in scenario.contracts.enumerated() {
      let lots = desk.book.position(contract.id)
      if lots != 0 { driven[index] = lots > 0 ? -1500 : 1500 }
    }
  }

  private func freshProposal(_ index: Int) -> Scenario.Proposal {
    Scenario.Proposal(
      at: now, instrument: index, direction: index % 2 == 0 ? .long : .short, slack: 2001,
      risk: 8000, reward: 6000, rungs: 1, lots: 2, repeatsSetup: false, lifetime: 10_000)
  }

  // MARK: - The end

  /// What has to hold 60 seconds after the last fault.
  func conclude() {
    for order in disk.book.liveOrders
    where order.status == .unknown || order.status == .sending || order.change?.isDoubtful == true {
      judge.find(
        "\(order.role.rawValue) \(order.id) is \(order.status.rawValue) at the end: \(order.text)",
        at: now)
    }
    let held = disk.book.liveOrders.filter { $0.status == .held }
    tally.held += held.count
    if !held.isEmpty, !scenario.faults.contains(.staleReading) {
      for order in held {
        judge.find("held without a contradiction: \(order.id): \(order.text)", at: now)
      }
    }
    concludeAcknowledged()
    concludeFresh(Set(held.map(\.instrument)))
    if let life, life.machine.book != disk.book, life.inputs.isEmpty {
      judge.find("the router's book is not the fold of what it committed", at: now)
    }
    if let objection = database?.audit(disk) { judge.find(objection, at: now) }
    countEnds()
  }

  private func concludeAcknowledged() {
    for (hash, index) in gate.acknowledged {
      let signal = gate.decisions[index].signal
      guard let row = disk.archive[hash] else {
        judge.find("lost: \(signal.id) was acknowledged and has no row", at: now)
        continue
      }
      if !row.state.isTerminal, row.state != .held, !gate.decisions[index].isFresh {
        judge.find("\(signal.id) has no end: \(row.state.rawValue)", at: now)
      }
    }
  }

  private func concludeFresh(_ held: Set<InstrumentID>) {
    for decision in gate.decisions where decision.isFresh {
      let signal = decision.signal
      let key = Judge.EntryKey(
        instrument: signal.instrument, side: signal.direction.entrySide, limit: signal.worstPrice)
      guard judge.entries[key] == nil, !held.contains(signal.instrument) else { continue }
      let said = decision.verdict.map { "\($0)" } ?? "no verdict"
      let lots = desk.book.position(signal.instrument)
      judge.find(
        "a fresh signal does not trade on \(signal.instrument) (\(lots) lots): \(said)", at: now)
    }
  }

  private func countEnds() {
    tally.intents = disk.archive.count
    tally.entries = judge.entries.values.reduce(0, +)
    tally.entries_filled = judge.filledEntries.count
    for row in disk.archive.values {
      switch row.intent {
      case .adoption: tally.adoptions += 1
      case .exit: tally.exits += 1
      case .entry: break
      }
    }
  }
}
