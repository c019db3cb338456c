import Domain

// Whether the account margins an instrument as it is wanted; read, never written.
extension RouterMachine {
  func marginObjection(_ instrument: InstrumentID, _ now: RouterTime) -> Denial? {
    nil
  }
}
