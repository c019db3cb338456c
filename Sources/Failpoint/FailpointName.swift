/// Every place where a test may end, stop, delay or fail a process: one on each side of whatever
/// leaves a trace outside the process.
///
/// The raw values are what a specification names; the comment says what has happened so far.
package enum FailpointName: String, CaseIterable, Hashable, Sendable {
  // MARK: The ledger's file
  /// The file is about to be opened and locked.
  case ledgerLockBefore = "ledger.lock.before"
  /// The file is ours, nothing was read.
  case ledgerLockAfter = "ledger.lock.after"
  /// A backup of the old schema is whole.
  case ledgerMigrateBefore = "ledger.migrate.before"
  /// The tables are new, nothing is committed.
  case ledgerMigrateWithin = "ledger.migrate.within"
  /// The new schema is committed.
  case ledgerMigrateAfter = "ledger.migrate.after"
  /// The number of this life is about to be committed.
  case ledgerEpochBefore = "ledger.epoch.before"
  /// It is committed, nothing was told.
  case ledgerEpochAfter = "ledger.epoch.after"
  /// Records are decided, no byte is written.
  case ledgerCommitBefore = "ledger.commit.before"
  /// All rows are written, COMMIT was not said.
  case ledgerCommitWithin = "ledger.commit.within"
  /// COMMIT has returned, nothing was told.
  case ledgerCommitAfter = "ledger.commit.after"
  /// The log is about to be moved into the database.
  case ledgerCheckpointBefore = "ledger.checkpoint.before"
  /// The log is moved.
  case ledgerCheckpointAfter = "ledger.checkpoint.after"
  /// A slice of the audit is about to be read.
  case ledgerAuditBefore = "ledger.audit.before"
  /// A slice was read, its checkpoint is committed.
  case ledgerAuditAfter = "ledger.audit.after"
  /// Old intents are chosen, nothing is deleted.
  case ledgerPruneBefore = "ledger.prune.before"
  /// Their deletion is committed.
  case ledgerPruneAfter = "ledger.prune.after"
  /// A range of events is about to be written.
  case ledgerArchiveBefore = "ledger.archive.before"
  /// The archive has all lines, under its temporary name.
  case ledgerArchiveWritten = "ledger.archive.written"
  /// The archive has its name, no event tells of it.
  case ledgerArchiveAfter = "ledger.archive.after"
  /// A copy is about to be begun.
  case ledgerCopyBefore = "ledger.copy.before"
  /// The copy has its name.
  case ledgerCopyAfter = "ledger.copy.after"
  /// The ballast is about to be made or let go.
  case ledgerBallastBefore = "ledger.ballast.before"
  /// It was made or let go.
  case ledgerBallastAfter = "ledger.ballast.after"

  // MARK: Sockets between processes
  /// A payload is about to be offered on a link.
  case wireOfferBefore = "wire.offer.before"
  /// Libzmq has taken it.
  case wireOfferAfter = "wire.offer.after"
  /// A payload has arrived, nobody was handed it.
  case wireDeliverBefore = "wire.deliver.before"
  /// A verdict is about to be sent back.
  case wireAcknowledgeBefore = "wire.acknowledge.before"
  /// Libzmq has taken it.
  case wireAcknowledgeAfter = "wire.acknowledge.after"
  /// A verdict has arrived, nobody was handed it.
  case wireVerdictReceived = "wire.verdict.received"
  /// A message is about to be published.
  case wirePublishBefore = "wire.publish.before"
  /// Libzmq has taken it.
  case wirePublishAfter = "wire.publish.after"
  /// A published message was received.
  case wireHearAfter = "wire.hear.after"
  /// A question has arrived.
  case wireQuestionReceived = "wire.question.received"
  /// Its reply is about to be sent.
  case wireReplyBefore = "wire.reply.before"
  /// Libzmq has taken it.
  case wireReplyAfter = "wire.reply.after"

  // MARK: What every process does
  /// The lifeline is bound, the welcome was not read.
  case daemonStartBefore = "daemon.start.before"
  /// Configuration and epoch are read.
  case daemonStartAfter = "daemon.start.after"
  /// The number of this life is about to be written.
  case daemonEpochBefore = "daemon.epoch.before"
  /// It is on disk.
  case daemonEpochAfter = "daemon.epoch.after"
  /// The supervisor is about to be told.
  case daemonReadyBefore = "daemon.ready.before"
  /// It was told.
  case daemonReadyAfter = "daemon.ready.after"
  /// A heartbeat is about to be sent.
  case daemonHeartbeatBefore = "daemon.heartbeat.before"
  /// It was sent.
  case daemonHeartbeatAfter = "daemon.heartbeat.after"
  /// The last word is about to be said.
  case daemonDrainedBefore = "daemon.drained.before"
  /// It was said.
  case daemonDrainedAfter = "daemon.drained.after"
  /// The block of the latch is about to be written.
  case daemonLatchBefore = "daemon.latch.before"
  /// It is on the disk.
  case daemonLatchAfter = "daemon.latch.after"
  /// A small file is about to be replaced.
  case daemonFileBefore = "daemon.file.before"
  /// Its new content has its temporary name.
  case daemonFileWritten = "daemon.file.written"
  /// It is in place.
  case daemonFileAfter = "daemon.file.after"
  /// A line of evidence is about to be written.
  case daemonAppendBefore = "daemon.append.before"
  /// It is written.
  case daemonAppendAfter = "daemon.append.after"
  /// A lock file is about to be locked.
  case daemonLockBefore = "daemon.lock.before"
  /// It is locked.
  case daemonLockAfter = "daemon.lock.after"
  /// A name of this machine is about to be taken.
  case daemonNameBefore = "daemon.name.before"
  /// It is taken.
  case daemonNameAfter = "daemon.name.after"
  /// An operator is about to be answered.
  case daemonAnswerBefore = "daemon.answer.before"
  /// The answer is in the socket.
  case daemonAnswerAfter = "daemon.answer.after"

  // MARK: Requests to the venue
  /// A request is about to be handed to libcurl.
  case exchangeRequestBefore = "exchange.request.before"
  /// Libcurl has it, no byte has left.
  case exchangeRequestAfter = "exchange.request.after"
  /// Connected; its first byte is about to leave.
  case exchangeSendBefore = "exchange.send.before"
  /// The first line of an answer has arrived.
  case exchangeAnswerFirst = "exchange.answer.first"
  /// An exchange has ended, nobody was told.
  case exchangeAnswerAfter = "exchange.answer.after"

  // MARK: Watching over processes
  /// A stage is about to be started.
  case supervisorSpawnBefore = "supervisor.spawn.before"
  /// It runs, nothing was said to it.
  case supervisorSpawnAfter = "supervisor.spawn.after"
  /// Its welcome is about to be sent.
  case supervisorWelcomeBefore = "supervisor.welcome.before"
  /// It was sent.
  case supervisorWelcomeAfter = "supervisor.welcome.after"
  /// A packet of a stage has arrived.
  case supervisorHearAfter = "supervisor.hear.after"
  /// A stage is about to be signalled.
  case supervisorSignalBefore = "supervisor.signal.before"
  /// It was signalled.
  case supervisorSignalAfter = "supervisor.signal.after"
  /// An end was collected, nothing was decided.
  case supervisorReapAfter = "supervisor.reap.after"

  // MARK: The risk gate
  /// A signal has arrived.
  case gateSignalReceived = "gate.signal.received"
  /// An intent is about to be offered to the router.
  case gateForwardBefore = "gate.forward.before"
  /// It is in the window.
  case gateForwardAfter = "gate.forward.after"
  /// The router's verdict has arrived.
  case gateVerdictReceived = "gate.verdict.received"
  /// A decision is about to be written to its own file.
  case gateRecordBefore = "gate.record.before"
  /// It is written, nobody was told.
  case gateRecordAfter = "gate.record.after"
  /// The verdict is about to be passed back.
  case gateAnswerBefore = "gate.answer.before"
  /// It was passed back.
  case gateAnswerAfter = "gate.answer.after"
  /// A piece of the router's event log has arrived.
  case gateReplayReceived = "gate.replay.received"

  // MARK: The signal service
  /// A market message has arrived.
  case signalCandleReceived = "signal.candle.received"
  /// A decision is about to be written to its own file.
  case signalRecordBefore = "signal.record.before"
  /// It is written, nobody was told.
  case signalRecordAfter = "signal.record.after"
  /// A signal is about to be offered to the gate.
  case signalOfferBefore = "signal.offer.before"
  /// It is in the window.
  case signalOfferAfter = "signal.offer.after"
  /// The gate's verdict has arrived.
  case signalVerdictReceived = "signal.verdict.received"

  // MARK: Market data
  /// The venue has answered.
  case dataAnswerReceived = "data.answer.received"
  /// A market message is about to be published.
  case dataPublishBefore = "data.publish.before"
  /// It is published.
  case dataPublishAfter = "data.publish.after"
  /// The place of the last candle is about to be written.
  case dataPlaceBefore = "data.place.before"
  /// It is written.
  case dataPlaceAfter = "data.place.after"

  // MARK: The router
  /// An intent has arrived, nothing is decided.
  case routerIntentReceived = "router.intent.received"
  /// A turn is decided, nothing is committed.
  case routerCommitBefore = "router.commit.before"
  /// It is committed, nothing of it was done.
  case routerCommitAfter = "router.commit.after"
  /// Events are about to be published.
  case routerPublishBefore = "router.publish.before"
  /// They are published.
  case routerPublishAfter = "router.publish.after"
  /// An intent is about to be acknowledged.
  case routerAcknowledgeBefore = "router.acknowledge.before"
  /// It is acknowledged.
  case routerAcknowledgeAfter = "router.acknowledge.after"
  /// An entry is about to leave.
  case routerEntryBefore = "router.entry.before"
  /// It was handed to the transport.
  case routerEntryAfter = "router.entry.after"
  /// A stop is about to leave.
  case routerStopBefore = "router.stop.before"
  /// It was handed to the transport.
  case routerStopAfter = "router.stop.after"
  /// A take-profit is about to leave.
  case routerProfitBefore = "router.profit.before"
  /// It was handed to the transport.
  case routerProfitAfter = "router.profit.after"
  /// An amendment is about to leave.
  case routerAmendBefore = "router.amend.before"
  /// It was handed to the transport.
  case routerAmendAfter = "router.amend.after"
  /// A cancel is about to leave.
  case routerCancelBefore = "router.cancel.before"
  /// It was handed to the transport.
  case routerCancelAfter = "router.cancel.after"
  /// An exit is about to leave.
  case routerExitBefore = "router.exit.before"
  /// It was handed to the transport.
  case routerExitAfter = "router.exit.after"
  /// The venue's answer has arrived, nothing is decided.
  case routerAnswerReceived = "router.answer.received"
  /// The account's stream has told something, nothing is decided.
  case routerStreamReceived = "router.stream.received"
  /// A reading of the venue is complete.
  case routerReadingAfter = "router.reading.after"
  /// A doubt is about to be resolved.
  case routerResolveBefore = "router.resolve.before"
  /// The latch was read, the byte has not left.
  case routerLatchAfter = "router.latch.after"
  /// Everything is classified, nobody was told.
  case routerReadyBefore = "router.ready.before"
  /// The supervisor was told.
  case routerReadyAfter = "router.ready.after"
  /// The router is about to press the latch.
  case routerPressBefore = "router.press.before"
  /// It is pressed, nobody was told.
  case routerPressAfter = "router.press.after"
  /// A listener is about to be told events again.
  case routerReplayBefore = "router.replay.before"
  /// They are told.
  case routerReplayAfter = "router.replay.after"
}

extension FailpointName {
  /// Whether the code there has a way to fail, so that EIO and ENOSPC mean something.
  package var takesErrors: Bool {
    switch self {
    case .ledgerLockBefore, .ledgerMigrateBefore, .ledgerMigrateWithin, .ledgerEpochBefore,
      .ledgerCommitBefore, .ledgerCommitWithin, .ledgerCommitAfter, .ledgerCheckpointBefore,
      .ledgerPruneBefore, .ledgerArchiveBefore, .ledgerArchiveWritten, .ledgerCopyBefore,
      .ledgerBallastBefore, .wireOfferBefore, .wireAcknowledgeBefore, .wirePublishBefore,
      .wireReplyBefore, .daemonEpochBefore, .daemonFileBefore, .daemonFileWritten,
      .daemonAppendBefore, .daemonLockBefore, .daemonNameBefore, .daemonLatchBefore,
      .exchangeRequestBefore,
      .exchangeSendBefore,
      .supervisorSpawnBefore:
      true
    default: false
    }
  }
}
