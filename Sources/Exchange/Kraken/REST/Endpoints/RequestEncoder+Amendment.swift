import Domain

// POST editorder.

extension RequestEncoder {
  /// With `ABSOLUTE` the size is the total including fills, so that doing it again changes nothing.
  func amend(
    _ id: ClientOrderID, total: Quantity, instrument: InstrumentID, processBefore: WallTime
  ) throws(Unencodable) -> Endpoint {
    .post(
      "editorder",
      Parameters([
        "cliOrdId": id.text, "size": try size(total, self.instrument(instrument)),
        "qtyMode": "ABSOLUTE", "processBefore": text(processBefore),
      ]))
  }
}
