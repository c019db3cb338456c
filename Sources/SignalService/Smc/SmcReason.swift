/// The step that decided an evaluation.
package enum SmcReason: String, CaseIterable, Hashable, Sendable {
  case signal = "SIGNAL"
  case insufficientBiasData = "INSUFFICIENT_BIAS_DATA"
  case neutralBias = "NEUTRAL_BIAS"
  case unconfirmed = "MS_UNCONFIRMED"
  case waitingForReconfirmation = "MS_WAIT_RECONFIRM"
  case noChange = "MS_NO_CHANGE"
  case shortHistory = "SHORT_1H_HISTORY"
  case noOrderBlock = "NO_ORDER_BLOCK"
  case noBreak = "NO_BOS"
  case weakTrend = "ADX_TOO_LOW"
  case noTrendIndex = "ADX_NOT_AVAILABLE"
  case noRange = "ATR_NOT_AVAILABLE"
  case noFibonacci = "NO_FIB_STRUCTURE"
  case offFibonacci = "FIB_GATE"
  case directionMismatch = "DIRECTION_MISMATCH"
  case lowScore = "SCORE_TOO_LOW"
  // Of `corrected` only.
  case divergence = "RSI_DIVERGENCE"
  case awayFromZone = "NOT_AT_ZONE"
  case stopPassed = "STOP_PASSED"
  case zeroRisk = "ZERO_RISK"
  case alreadySignalled = "SETUP_ALREADY_SIGNALLED"
  case unusableCandles = "UNUSABLE_CANDLES"

  /// The word that the golden records use.
  package var goldenWord: String {
    switch self {
    case .signal: "signal"
    case .insufficientBiasData: "insufficient"
    case .neutralBias: "neutral_bias"
    case .unconfirmed: "unconfirmed"
    case .waitingForReconfirmation: "wait_reconfirm"
    case .noChange: "no_change"
    case .shortHistory: "short_1h"
    case .noOrderBlock: "no_ob"
    case .noBreak: "no_bos"
    case .weakTrend: "adx"
    case .noTrendIndex, .noRange: "adx_na"
    case .noFibonacci: "no_fib"
    case .offFibonacci: "fib_gate"
    case .directionMismatch: "mismatch"
    case .lowScore: "score"
    case .divergence: "rsi_divergence"
    case .awayFromZone: "not_at_zone"
    case .stopPassed: "stop_passed"
    case .zeroRisk: "zero_risk"
    case .alreadySignalled: "already_signalled"
    case .unusableCandles: "unusable_candles"
    }
  }
}
