/// Why an order came to be as it is, in the words of the venue's feeds and of its history.
package enum OrderReason: String, CaseIterable, Hashable, Sendable {
  case placed = "new_placed_order_by_user"
  case edited = "edited_by_user"
  case partialFill = "partial_fill"
  case fullFill = "full_fill"
  case cancelled = "cancelled_by_user"
  case cancelledByAdmin = "cancelled_by_admin"
  case deadMan = "dead_man_switch"
  case triggered = "stop_order_triggered"
  case limitFromStop = "limit_order_from_stop"
  case liquidation
  case notEnoughMargin = "not_enough_margin"
  case marketInactive = "market_inactive"
  case contractExpired = "contract_expired"
  case iocWouldNotExecute = "ioc_order_failed_because_it_would_not_be_executed"
  case postWouldExecute = "post_order_failed_because_it_would_filled"
  case wouldExecuteSelf = "would_execute_self"
  case wouldNotReduce = "would_not_reduce_position"
  case editNotFound = "order_for_edit_not_found"

  /// The reason behind a `sendStatus` word that refuses an order; nil for one that has none.
  package init?(refusal word: String) {
    switch word {
    case "iocWouldNotExecute": self = .iocWouldNotExecute
    case "postWouldExecute": self = .postWouldExecute
    case "selfFill": self = .wouldExecuteSelf
    case "wouldNotReducePosition": self = .wouldNotReduce
    case "insufficientAvailableFunds", "wouldCauseLiquidation": self = .notEnoughMargin
    case "marketInactive", "marketSuspended": self = .marketInactive
    default: return nil
    }
  }
}
