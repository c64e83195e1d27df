import COneDNN

/// c = a·b in 32-bit floats through oneDNN on the calling thread alone; used by one thread.
final class MatrixProduct: @unchecked Sendable {
  private let size: Int
  private let a: [Float]
  private var c: [Float]

  init(_ size: Int, _ a: [Float]) {
    self.size = size
    self.a = a
    c = a
  }

  func run() {
    omp_set_num_threads(1)
    let n = Int64(size)
    let plain = CChar(UInt8(ascii: "N"))
    dnnl_sgemm(plain, plain, n, n, n, 1, a, n, a, n, 0, &c, n)
  }
}
