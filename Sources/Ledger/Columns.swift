import Domain
import GRDB

/// Typed access to one row; what our types refuse is corruption.
struct Columns {
  let row: Row

  init(_ row: Row) { self.row = row }

  func instrument(_ name: String) throws -> InstrumentID {
    try InstrumentID(row[name] as String).orCorrupt(name, row)
  }

  func hash(_ name: String) throws -> IntentHash {
    try IntentHash(data: row[name]).orCorrupt(name, row)
  }

  func word<Word: RawRepresentable<String>>(_ name: String) throws -> Word {
    try Word(rawValue: row[name]).orCorrupt(name, row)
  }

  func prices(_ name: String) throws -> [Price] {
    try PriceList.prices(row[name]).orCorrupt(name, row)
  }
}

extension Optional {
  fileprivate func orCorrupt(_ column: String, _ row: Row) throws -> Wrapped {
    guard let self else {
      throw LedgerError.unusable("column \(column) holds no valid value: \(row)")
    }
    return self
  }
}
