import Domain

/// The venue's three shapes of an error.
enum ErrorBody {
  static func error(_ word: String, at time: WallTime) -> JSON {
    .members([
      "result": .text("error"), "error": .text(word),
      "serverTime": .text(ISO8601.text(milliseconds: time.milliseconds)),
    ])
  }

  static func unauthorized(at time: WallTime) -> JSON {
    .members([
      "status": .text("unauthorized"),
      "serverTime": .text(ISO8601.text(milliseconds: time.milliseconds)),
    ])
  }

  static func badRequest(_ message: String) -> JSON {
    .members([
      "status": .text("BAD_REQUEST"),
      "errors": .list([.members(["code": .integer(11), "message": .text(message)])]),
    ])
  }
}
