/// Numbers in rows: the last dimension varies fastest.
public struct Tensor: Sendable, Equatable {
  public let shape: [Int]
  public var storage: [Float]

  public init(_ shape: [Int], _ storage: [Float]) {
    let count = Self.count(shape)
    precondition(storage.count == count, "\(storage.count) values for shape \(shape), expected \(count)")
    self.shape = shape
    self.storage = storage
  }

  public init(_ shape: [Int], repeating value: Float = 0) {
    self.init(shape, [Float](repeating: value, count: Self.count(shape)))
  }

  public var count: Int { storage.count }

  private static func count(_ shape: [Int]) -> Int {
    precondition(shape.allSatisfy { $0 >= 0 }, "shape \(shape), expected sizes of 0 or more")
    return shape.reduce(1, *)
  }
}
