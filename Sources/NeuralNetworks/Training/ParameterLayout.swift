/// Where each tensor of a network lies in one flat buffer: in order, each on a 64-byte boundary, zeros between.
struct ParameterLayout {
  /// One per tensor, in the order of `NeuralNetwork.parameters`.
  let offsets: [Int]
  let counts: [Int]
  /// Whether weight decay applies, per tensor.
  let decays: [Bool]
  /// Length of the flat buffer.
  let count: Int

  init(_ network: NeuralNetwork) {
    let unit = AlignedBuffer.alignment / MemoryLayout<Float>.stride
    var offsets: [Int] = []
    var counts: [Int] = []
    var decays: [Bool] = []
    var next = 0
    for layer in network.layers {
      for (index, tensor) in layer.parameters.enumerated() {
        offsets.append(next)
        counts.append(tensor.count)
        decays.append(index < layer.kind.decayingParameterCount)
        next += (tensor.count + unit - 1) / unit * unit
      }
    }
    self.offsets = offsets
    self.counts = counts
    self.decays = decays
    count = next
  }

  func write(_ tensors: [Tensor], to buffer: AlignedBuffer) {
    for (index, tensor) in tensors.enumerated() {
      for (position, value) in tensor.storage.enumerated() { buffer.base[offsets[index] + position] = value }
    }
  }

  func read(_ buffer: AlignedBuffer, shapes: [[Int]]) -> [Tensor] {
    shapes.enumerated().map { index, shape in
      Tensor(shape, Array(UnsafeBufferPointer(start: buffer.base + offsets[index], count: counts[index])))
    }
  }
}
