import Domain

/// What one request takes out of the venue's rate limits.
struct RequestCost: Hashable, Sendable {
  /// The venue counts these two apart from each other.
  enum Pool: Hashable, Sendable {
    case trading
    case history
  }

  /// Whose part of the pool it comes out of.
  enum Share: String, Hashable, Sendable, CaseIterable {
    /// Orders that may open a position.
    case entries
    /// Orders that only reduce a position, and changes of their size.
    case protection
    case cancels
    /// Reads of what there is at the venue.
    case reconciliation
  }

  let pool: Pool
  let share: Share
  let tokens: Int

  /// Of an order, and of a change of one.
  static let order = 10
