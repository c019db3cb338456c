import Daemon
import Domain
import SimulatedVenue

/// The history service: orders, triggers, executions, positions and the account log.
enum HistoryAnswers {
  static let endpoints = [
    Endpoint(reading: "orders") { page($0, $1) { OrderHistory.orders($0, $1) } },
    Endpoint(reading: "triggers") { page($0, $1) { OrderHistory.triggers($0, $1) } },
    Endpoint(reading: "executions") { page($0, $1) { ExecutionHistory.executions($0, $1) } },
    Endpoint(reading: "positions") { call, state in
      let wanted = PositionFilter(call)
      return page(call, state) { PositionHistory.positions($0, $1, wanted) }
    },
    Endpoint(reading: "account-log") { accountLog($0, $1) },
    Endpoint(reading: "accountlogcsv") { AccountLog.csv($0, $1) },
  ]

  private static func page(
    _ call: EndpointCall, _ state: VenueCore.State,
    _ spell: (BookRecord, VenueBook) -> (contract: InstrumentID, elements: [JSON])?
  ) -> VenueHTTPResponse {
    guard let page = HistoryPage(call, state) else { return invalid() }
    let book = state.machine.book
    do throws(Fatal) {
      let (elements, token) = try page.collect(state) { record in
        guard let made = spell(record, book),
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

  private static func accountLog(
    _ call: EndpointCall, _ state: VenueCore.State
  ) -> VenueHTTPResponse {
    guard let page = HistoryPage(call, state, defaultCount: 500) else { return invalid() }
    let book = state.machine.book
    let kinds = Set(call.parameters("info"))
    let bounds = (from: call.integer("from") ?? 0, to: call.integer("to") ?? .max)
    do throws(Fatal) {
      let (logs, _) = try page.collect(state) { record in
        AccountLog.rows(record, book).filter { row in
          (kinds.isEmpty || kinds.contains(row.info)) && bounds.from <= row.id
            && row.id <= bounds.to
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
