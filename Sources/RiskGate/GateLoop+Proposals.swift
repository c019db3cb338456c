import Daemon
import Domain
import Failpoint
import Wire

// What strategies say: signals and exits, of our own stage and of programs.
extension GateLoop {
  /// The process that hosts every strategy that is no program.
  static let stage = "signal-service"
  private static let mostPrograms = 16

  func takeSignals(_ now: GateTime) throws {
    guard draining == nil else { return }
    for delivery in signals.service(now: now.machine) {
      let program = ProgramGuard.strategy(of: delivery.source)
      // A flood ends here, before anything is decoded, written or logged.
      if let program, let denial = programs.rate(program, now: now.machine) {
        refuse(delivery, denial)
        continue
      }
      do {
        try take(delivery, from: program, now)
      } catch let error as WireError {
        refuse(delivery, Denial(.malformed, "\(error)"))
      }
    }
    for greeting in signals.greetings() {
      let program = ProgramGuard.strategy(of: greeting.source)
      // Each greeting is answered with everything kept: a flood of them costs as one of payloads.
      if let program, programs.rate(program, now: now.machine) != nil { continue }
      if let program, hosts[program] == nil {
        guard hosts.count < Self.mostPrograms else { continue }
        hosts[program] = greeting.source
        host.log.info("program joined", ["strategy": "\(program)"])
      }
      try decide(
        .greeted(Greeting(strategy: program, after: Int64(clamping: greeting.reportsAfter))),
        at: now)
    }
  }

  private func take(
    _ delivery: LinkDelivery, from program: StrategyID?, _ now: GateTime
  ) throws {
    if let exit = try Codec.decodeExit(delivery.payload) {
      if let program,
        let objection = ProgramGuard.objection(to: exit, from: program, now: now.wall)
      {
        return refuse(delivery, objection)
      }
      try decide(.offerExit(name(delivery), exit), at: now)
      return
    }
    let signal = try Codec.decodeSignal(delivery.payload)
    failpoint(.gateSignalReceived)
    if let program {
      machine.admit(program)
      if let objection = ProgramGuard.objection(to: signal, from: program, now: now.wall) {
        return refuse(delivery, objection)
      }
      try proposals.append(JSONLine.text(ProposalRecord(signal, wall: now.wall)))
    }
    try decide(.offer(name(delivery), signal), at: now)
  }

  private func name(_ delivery: LinkDelivery) -> UInt64 {
    offers[nextOffer] = delivery.key
    nextOffer += 1
    return nextOffer - 1
  }

  /// Says no without a decision; of one sender the first is logged, and every thousandth.
  private func refuse(_ delivery: LinkDelivery, _ denial: Denial) {
    let count = (refusals[delivery.source] ?? 0) + 1
    refusals[delivery.source] = count
    if count % 1000 == 1 {
      host.log.warning(
        "proposal refused",
        ["source": delivery.source, "reason": "\(denial)", "refused": "\(count)"])
    }
    signals.acknowledge(delivery.key, .denied([denial]))
  }

  func log(_ decision: ExitDecision) {
    switch decision.verdict {
    case .accepted(let hash):
      host.log.info("exit accepted", ["id": "\(decision.exit.id)", "intent": "\(hash)"])
    case .denied(let denials):
      let reasons = denials.map(\.description).joined(separator: "; ")
      host.log.info("exit denied", ["id": "\(decision.exit.id)", "reasons": reasons])
    }
  }
}
