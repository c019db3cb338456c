import Daemon
import Domain
import SimulatedVenue

/// The history service: orders, triggers, executions, positions and the account log.
enum HistoryAnswers {
  /// Rows of the account log in one answer; the venue's own bound is higher.
  private static let mostRows = 50_000

  static let endpoints = [
    reading("orders") { page($0, $1) { OrderHistory.orders($0, $1) } },
    reading("triggers") { page($0, $1) { OrderHistory.triggers($0, $1) } },
    reading("executions") { page($0, $1) { ExecutionHistory.executions($0, $1) } },
    reading("positions") { call, view in
      let wanted = PositionFilter(call)
      return page(call, view) { PositionHistory.positions($0, $1, wanted) }
    },
    reading("account-log") { accountLog($0, $1) },
    reading("accountlogcsv") { AccountLog.csv($0, $1) },
  ]

  private static func reading(
    _ name: String,
    _ answer: @escaping @Sendable (EndpointCall, HistoryView) -> VenueHTTPResponse
  ) -> Endpoint {
    Endpoint(name) { call, state in
      let view = state.history
      let asked = call
      return .reading { answer(asked, view) }
    }
  }

  private static func page(
    _ call: EndpointCall, _ view: HistoryView,
    _ spell: (BookRecord, VenueBook) -> (contract: InstrumentID, elements: [JSON])?
  ) -> VenueHTTPResponse {
    guard let page = HistoryPage(call, view) else { return invalid() }
    do throws(Fatal) {
      let (elements, token) = try page.collect(view) { record in
        guard let made = spell(record, view.book),
          page.contract == nil || page.contract == made.contract
        else { return [] }
        return made.elements
      }
      return VenueHTTPResponse(
        .members([
          "elements": .list(elements), "accountUid": .text(Spelling.accountUID),
          "len": .integer(elements.count), "continuationToken": token.map { .text($0) },
          "serverTime": .text(Spelling.time(call.now.wall)),
        ]))
    } catch {
      return unreadable()
    }
  }

  /// All rows that are asked for, however far back: this answer has no token to go on by.
  private static func accountLog(
    _ call: EndpointCall, _ view: HistoryView
  ) -> VenueHTTPResponse {
    guard var page = HistoryPage(call, view, defaultCount: 500, mostCount: mostRows) else {
      return invalid()
    }
    let kinds = Set(call.parameters("info"))
    let ids = (from: call.integer("from") ?? 0, to: call.integer("to") ?? .max)
    guard 0 <= ids.from, ids.from <= ids.to else { return invalid() }
    page.records = AccountLog.record(ofRow: ids.from)...AccountLog.record(ofRow: ids.to)
    do throws(Fatal) {
      let (logs, _) = try page.collect(view, mostBlocks: .max) { record in
        AccountLog.rows(record, view.book).filter { row in
          (kinds.isEmpty || kinds.contains(row.info)) && ids.from <= row.id && row.id <= ids.to
        }.map { AccountLog.json($0) }
      }
      return VenueHTTPResponse(
        .members(["accountUid": .text(Spelling.accountUID), "logs": .list(logs)]))
    } catch {
      return unreadable()
    }
  }

  static func invalid() -> VenueHTTPResponse {
    VenueHTTPResponse(ErrorBody.badRequest("invalid parameter"), status: 400)
  }

  static func unreadable() -> VenueHTTPResponse {
    VenueHTTPResponse(ErrorBody.badRequest("history is unavailable"), status: 503)
  }
}
