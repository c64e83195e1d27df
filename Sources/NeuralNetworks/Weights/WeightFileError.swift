/// A weights file that cannot be used, or could not be written: which file, which tensor, what was found, what
/// expected.
public struct WeightFileError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Cause: Sendable, Equatable {
    /// There is no such file, or it cannot be opened or read.
    case unreadable
    /// The file or its directory cannot be written.
    case unwritable
    /// The file is larger than is read at all.
    case tooLarge
    /// Fewer bytes than it says it has.
    case truncated
    /// The header is not what the format asks for.
    case malformedHeader
    /// A number type other than F32 and F64, or another than asked for.
    case numberType
    /// Sizes that do not fit the bytes, or are not those asked for.
    case shape
    /// Bytes outside the file, shared by two tensors, or belonging to none.
    case offsets
    /// A value is not a finite number.
    case notFinite
    /// A tensor or metadata entry that is needed is not there.
    case absent
  }

  public let cause: Cause
  public let file: String
  /// `nil` when no single tensor is to blame.
  public let tensor: String?
  public let found: String
  public let expected: String

  public init(_ cause: Cause, file: String, tensor: String? = nil, found: String, expected: String) {
    self.cause = cause
    self.file = file
    self.tensor = tensor
    self.found = found
    self.expected = expected
  }

  /// `weights.safetensors: tensor 'head.bias': found shape [4], expected [5]`
  public var description: String {
    let place = tensor.map { "\(file): tensor '\($0)'" } ?? file
    return "\(place): found \(found), expected \(expected)"
  }
}
