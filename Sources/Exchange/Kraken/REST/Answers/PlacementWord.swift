/// The venue's status words for an order, by what they prove.
///
/// A word in neither list proves nothing. `clientOrderIdAlreadyExist` is in neither: an order with
/// this id exists, so an earlier sending may have landed. So are `cancelled` and `edited`, which
/// speak of an order that was taken.
enum PlacementWord {
  static let placed: Set<String> = ["placed", "partiallyFilled", "filled"]

  static let rejected: Set<String> = [
    "cannotEditLimitPriceOfTrailingStop", "cannotEditTriggerPriceOfTrailingStop",
    "clientOrderIdInvalid", "clientOrderIdTooBig", "fixedLeverageTooHigh",
    "insufficientAvailableFunds", "invalidPrice", "invalidSize", "iocWouldNotExecute",
    "marketInactive", "marketIsPostOnly", "marketSuspended", "maxPositionViolation", "notFound",
    "orderForEditNotAStop", "orderForEditNotFound", "outsidePriceCollar", "postWouldExecute",
    "selfFill", "tooManyOrders", "tooManySmallOrders", "wouldCauseLiquidation",
    "wouldIncreasePriceDislocation", "wouldNotReducePosition", "wouldProcessAfterSpecifiedTime",
  ]
}
