import Domain

// POST cancelorder.

extension RequestEncoder {
  func cancel(_ id: ClientOrderID, processBefore: WallTime) -> Endpoint {
    .post("cancelorder", Parameters(["cliOrdId": id.text, "processBefore": text(processBefore)]))
  }
}
