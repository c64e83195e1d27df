/// What stands beyond the edge of an image.
public enum Padding: String, Sendable, Equatable {
  /// Nothing: the window stays inside.
  case valid
  /// Zeros, so that a stride of 1 keeps the size; one more behind than in front where the number is odd, as in Keras.
  case same
}

/// A height and a width in places.
public struct PlaneSize: Sendable, Equatable, CustomStringConvertible {
  public let height: Int
  public let width: Int

  public init(_ height: Int, _ width: Int) {
    precondition(height > 0 && width > 0, "size \(height)×\(width), expected 1 or more of each")
    self.height = height
    self.width = width
  }

  public var description: String { "\(height)×\(width)" }
}

/// How a window goes over a plane.
struct WindowGeometry: Sendable, Equatable {
  let window: PlaneSize
  let strides: PlaneSize
  let padding: Padding

  /// Zeros before and behind, per axis.
  struct Margins { let before: [Int], behind: [Int] }

  /// Places a window takes: ⌈size/stride⌉ with `same`, ⌊(size − window)/stride⌋ + 1 with `valid`; `nil` if none fits.
  func places(on plane: PlaneSize) -> PlaneSize? {
    func count(_ size: Int, _ window: Int, _ stride: Int) -> Int {
      switch padding {
      case .same: (size + stride - 1) / stride
      case .valid: size < window ? 0 : (size - window) / stride + 1
      }
    }
    let height = count(plane.height, window.height, strides.height)
    let width = count(plane.width, window.width, strides.width)
    return height > 0 && width > 0 ? PlaneSize(height, width) : nil
  }

  func margins(on plane: PlaneSize) -> Margins {
    guard padding == .same else { return Margins(before: [0, 0], behind: [0, 0]) }
    func total(_ size: Int, _ window: Int, _ stride: Int) -> Int {
      max(((size + stride - 1) / stride - 1) * stride + window - size, 0)
    }
    let rows = total(plane.height, window.height, strides.height)
    let columns = total(plane.width, window.width, strides.width)
    return Margins(before: [rows / 2, columns / 2], behind: [rows - rows / 2, columns - columns / 2])
  }

  /// The plane whose windows these are the places of, where a convolution runs backwards: size·stride with `same`,
  /// (size − 1)·stride + window with `valid`.
  func plane(under places: PlaneSize) -> PlaneSize {
    func size(_ count: Int, _ window: Int, _ stride: Int) -> Int {
      padding == .same ? count * stride : (count - 1) * stride + window
    }
    return PlaneSize(
      size(places.height, window.height, strides.height), size(places.width, window.width, strides.width))
  }

  /// e.g. `3×3`, `3×3 stride 2×2 same`.
  var summary: String {
    let stride = strides == PlaneSize(1, 1) ? "" : " stride \(strides)"
    return "\(window)\(stride)\(padding == .same ? " same" : "")"
  }
}

extension ExampleShape {
  /// The plane and channels of an image; `nil` for anything else.
  var plane: (size: PlaneSize, channels: Int)? {
    if case .image(let height, let width, let channels) = self { (PlaneSize(height, width), channels) } else { nil }
  }

  /// A signal as an image of height 1, in which form one-dimensional layers run; `nil` for anything else.
  var flatImage: ExampleShape? {
    if case .signal(let length, let channels) = self {
      .image(height: 1, width: length, channels: channels)
    } else {
      nil
    }
  }

  /// Undoes `flatImage`.
  var signal: ExampleShape? {
    if case .image(1, let length, let channels) = self { .signal(length: length, channels: channels) } else { nil }
  }
}

extension BatchShape {
  /// The same numbers as images of height 1.
  var flatImages: BatchShape { BatchShape(example.flatImage ?? example, steps: steps, sequences: sequences) }
}

extension Tensor {
  /// Without its first size, which is 1, or with a 1 in front.
  var withoutHeight: Tensor { Tensor(Array(shape.dropFirst()), storage) }
  var withHeight: Tensor { Tensor([1] + shape, storage) }
}
