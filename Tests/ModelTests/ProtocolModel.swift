import Testing

/// A model in `Tests/Models`, and what it loses with each protection.
struct ProtocolModel: Sendable, CustomTestStringConvertible {
  /// A protection, and the one promise whose breach its removal has to lead to; nil stands for any.
  struct Protection: Sendable {
    let name: String
    let promise: String?

    init(_ name: String, breaks promise: String? = nil) {
      self.name = name
      self.promise = promise
    }

    var macros: [String] { ["WITHOUT_\(name)"] + (promise.map { ["ONLY_\($0)"] } ?? []) }
  }

  let name: String
  let protections: [Protection]

  var testDescription: String { name }

  /// Every pair of model and protection.
  static var removals: [Removal] {
    all.flatMap { model in model.protections.map { Removal(model: model.name, protection: $0) } }
  }

  /// One model without one protection.
  struct Removal: Sendable, CustomTestStringConvertible {
    let model: String
    let protection: Protection

    var testDescription: String { "\(model) without \(protection.name)" }
  }

  static let all: [ProtocolModel] = [
    ProtocolModel(
      name: "submission",
      protections: [
        Protection("JOURNAL_BEFORE_SEND", breaks: "ONE_ORDER"),
        Protection("COMMIT_BEFORE_ACKNOWLEDGEMENT", breaks: "NOTHING_LOST"),
        Protection("CRASH_IN_SENDING_IS_UNKNOWN", breaks: "ONE_ORDER"),
        Protection("SILENCE_IS_UNKNOWN", breaks: "NO_STACKING"),
        Protection("RESOLUTION_BEFORE_RETRY", breaks: "ONE_ORDER"),
        Protection("GUARD_AGAINST_RESENDING", breaks: "ONE_ORDER"),
        Protection("PROCESS_BEFORE", breaks: "TRUE_LEDGER"),
        Protection("DEADLINE_WAIT", breaks: "TRUE_LEDGER"),
        Protection("HOLD_WAIT", breaks: "TRUE_LEDGER"),
        Protection("SKEW_MARGIN", breaks: "TRUE_LEDGER"),
        Protection("ALL_SOURCES", breaks: "NO_STACKING"),
        Protection("READING_AFTER_SETTLING", breaks: "TRUE_LEDGER"),
        Protection("DENIAL_ONLY_IN_THE_LIFE_OF_THE_COMMIT", breaks: "NO_BYTE"),
        Protection("LAYER_1_INTENT_HASH", breaks: "ONE_ORDER"),
        Protection("LAYERS_2_AND_5_LOCK", breaks: "NO_STACKING"),
        Protection("LAYER_3_PYRAMIDING", breaks: "NO_STACKING"),
        Protection("LAYER_4_EXCHANGE_CHECK", breaks: "CHECKED"),
        Protection("FRESH_EXCHANGE_CHECK", breaks: "CHECKED"),
      ]),
    ProtocolModel(
      name: "changes",
      protections: [
        "TERMINAL_STATE_FROM_RECORDS", "CANCEL_IN_DOUBT", "HOLD_WAIT", "EDIT_IN_DOUBT",
        "JOURNALED_EDIT", "ABSOLUTE_TOTAL",
      ].map { Protection($0) }),
    ProtocolModel(
      name: "protection",
      protections: [
        "JOURNAL_BEFORE_SEND", "PROOF_OF_DEATH", "ONE_ATTEMPT_AT_A_TIME", "READING_AFTER_PLACING",
        "TWO_FLAT_READINGS", "RECOVERY", "RESOLUTION", "AMENDING_IN_PLACE", "FOLLOWING_FILLS",
        "THE_LADDER",
      ].map { Protection($0) }),
    ProtocolModel(
      name: "fencing",
      protections: [
        "LEDGER_LOCK", "KEY_SOCKET", "LOCK_FOR_LIFE", "WAITING_FOR_THE_EXIT", "EPOCH",
      ].map { Protection($0) }),
    ProtocolModel(
      name: "link",
      protections: [
        "COMMIT_BEFORE_ACKNOWLEDGEMENT", "REOFFERING", "REMEMBERED_VERDICTS", "UNIQUE_INTENT_HASH",
        "EPOCH", "REFUSING_AN_EARLIER_LIFE", "WINDOW", "EXPIRY_AT_THE_LEDGER",
      ].map { Protection($0) }),
    ProtocolModel(
      name: "latch",
      protections: [
        "LOOK_BEFORE_EACH_SEND", "TORN_COUNTS_AS_LATCHED", "ANSWER_FROM_THE_LOOP", "DURABLE_LATCH",
        "SIGKILL_OF_A_SILENT_ROUTER", "LEDGER_FIRST",
      ].map { Protection($0) }),
  ]
}
