import Daemon
import Domain
import Foundation
import SimulatedVenue

/// The contracts of a file that holds the answer to GET `/derivatives/api/v3/instruments`.
///
/// Linear perpetuals quoted in USD with one unit of their base a contract can be traded here; any
/// other instrument of the file is left aside with a sentence of its own. One that could be traded
/// but is not whole is an error that names file, symbol and field.
///
/// Invariants: 1. There is at least one contract and at most `mostContracts`, each once. 2. What
/// the file says of a contract is what the venue prints of it again.
struct InstrumentsFile: Sendable {
  /// In the order of the file.
  let contracts: [VenueContract]
  /// One sentence per instrument.
  let leftAside: [String]

  static let mostBytes = 32 << 20
  static let mostContracts = 2000

  static func load(_ path: String) throws(Fatal) -> InstrumentsFile {
    let bytes: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { _ = try? file.close() }
      bytes = try file.read(upToCount: mostBytes + 1) ?? Data()
    } catch {
      throw problem(path, nil, "it cannot be read (\(error.localizedDescription))")
    }
    return try parse(bytes, file: path)
  }

  /// The list of a running venue is read with `leavesOddAside`: there an instrument that is not
  /// whole is left aside with its reason, for the others are traded without it.
  static func parse(
    _ bytes: Data, file: String, leavesOddAside: Bool = false
  ) throws(Fatal) -> InstrumentsFile {
    guard bytes.count <= mostBytes else {
      throw problem(file, nil, "it has more than \(mostBytes) bytes")
    }
    guard let root = try? JSONSerialization.jsonObject(with: bytes) else {
      throw problem(file, nil, "it is no JSON")
    }
    guard let list = (root as? [String: Any])?["instruments"] as? [Any] else {
      throw problem(file, nil, "it has no list \"instruments\"")
    }
    guard list.count <= mostContracts else {
      throw problem(file, nil, "it lists more than \(mostContracts) instruments")
    }
    var contracts: [VenueContract] = []
    var leftAside: [String] = []
    var seen: Set<InstrumentID> = []
    for (index, element) in list.enumerated() {
      let contract: VenueContract
      do throws(Fatal) {
        let reader = try ContractReader(element, file: file, number: index + 1)
        if let why = reader.reasonToLeaveAside {
          leftAside.append("\(file): \(reader.symbol): left aside, \(why)")
          continue
        }
        contract = try reader.contract()
      } catch {
        guard leavesOddAside else { throw error }
        leftAside.append(error.message)
        continue
      }
      guard seen.insert(contract.id).inserted else {
        guard leavesOddAside else {
          throw problem(file, contract.symbol, "it is listed twice")
        }
        leftAside.append("\(file): \(contract.symbol): left aside, it is listed twice")
        continue
      }
      contracts.append(contract)
    }
    guard !contracts.isEmpty else {
      throw problem(file, nil, "it lists no linear perpetual in USD")
    }
    return InstrumentsFile(contracts: contracts, leftAside: leftAside)
  }

  /// The one line for whatever is wrong.
  static func problem(_ file: String, _ symbol: String?, _ what: String) -> Fatal {
    let place = symbol.map { "\(file): \($0)" } ?? file
    return Fatal(
      .badConfiguration,
      "unable to list the contracts of \(place): \(what): give the venue's own answer to "
        + "/derivatives/api/v3/instruments")
  }
}
