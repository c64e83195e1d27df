import Foundation
import NeuralNetworks
import Testing

/// Answers of other programs, from `Fixtures`; `Tests/ReferenceImplementations` says how they were made.
@Suite struct ReferenceTests {
  struct Numbers: Decodable {
    let shape: [Int]
    let values: [Double]
    var tensor: Tensor { Tensor(shape, values.map { Float($0) }) }
  }

  struct Keras: Decodable {
    struct Single: Decodable {
      let x, initialHidden, initialCell, y, finalHidden, finalCell: Numbers
      let weights: [Numbers]
    }
    struct Run: Decodable {
      let loss: Double
      let inputGradient: Numbers
      let gradients: [Numbers]
      let losses: [Double]
      let trained: [Numbers]
    }
    struct Stack: Decodable {
      let x, target, weight, y: Numbers
      let weights: [Numbers]
      let squared, huber: Run

      var examples: Examples { Examples(inputs: x.tensor, targets: target.tensor, weights: weight.tensor) }
      /// Keras's tensors, in Keras's order, are ours.
      var network: NeuralNetwork {
        let w = weights.map(\.tensor)
        return NeuralNetwork([
          .lstm(LSTM(inputWeights: w[0], recurrentWeights: w[1], bias: w[2])),
          .lstm(LSTM(inputWeights: w[3], recurrentWeights: w[4], bias: w[5])),
          .dense(Dense(weights: w[6], bias: w[7])),
        ])
      }
    }
    let single: Single
    let stack: Stack
  }

  struct ONNX: Decodable {
    let x, inputWeights, recurrentWeights, bias, initialHidden, initialCell, y, finalCell: Numbers

    /// ONNX keeps rows of gates, `[4H][C]` in the order i, o, f, c̃, and two biases to be added; ours are columns of
    /// gates in the order i, f, c̃, o.
    var layer: LSTM {
      let hidden = recurrentWeights.shape[1]
      let gates = [0, 2, 3, 1]
      func columns(_ rows: Numbers) -> Tensor {
        let inputs = rows.shape[1]
        var result = Tensor([inputs, 4 * hidden])
        for (to, from) in gates.enumerated() {
          for unit in 0..<hidden {
            for input in 0..<inputs {
              result.storage[input * 4 * hidden + to * hidden + unit] =
                Float(rows.values[(from * hidden + unit) * inputs + input])
            }
          }
        }
        return result
      }
      var sum = Tensor([4 * hidden])
      for (to, from) in gates.enumerated() {
        for unit in 0..<hidden {
          sum.storage[to * hidden + unit] =
            Float(bias.values[from * hidden + unit] + bias.values[4 * hidden + from * hidden + unit])
        }
      }
      return LSTM(inputWeights: columns(inputWeights), recurrentWeights: columns(recurrentWeights), bias: sum)
    }
  }

  private static func read<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
    try JSONDecoder().decode(type, from: Data(contentsOf: fixtures.appending(path: name)))
  }

  private let keras: Keras
  init() throws { keras = try Self.read("keras-lstm.json", as: Keras.self) }

  /// 2e-6: the published tolerance for 32-bit floats against a double-precision answer.
  @Test func matchesONNX() throws {
    let onnx = try Self.read("onnx-lstm.json", as: ONNX.self)
    let x = onnx.x.tensor
    let plan = DifferentiablePlan(NeuralNetwork([.lstm(onnx.layer)]), steps: x.shape[0], sequences: x.shape[1])
    let state = LSTM.State(hidden: onnx.initialHidden.tensor, cell: onnx.initialCell.tensor)
    let y = plan.forward(x, initialStates: [state])
    expectClose(y.storage, onnx.y.tensor.storage, within: 2e-6, "y")
    expectClose(plan.finalStates[0].cell.storage, onnx.finalCell.tensor.storage, within: 2e-6, "final cell")
  }

  /// 1e-6: a few units in the last place of values around 1, on both sides.
  @Test func layerMatchesKerasFromAGivenState() {
    let single = keras.single
    let weights = single.weights.map(\.tensor)
    let x = single.x.tensor
    let layer = LSTM(inputWeights: weights[0], recurrentWeights: weights[1], bias: weights[2])
    let plan = DifferentiablePlan(NeuralNetwork([.lstm(layer)]), steps: x.shape[0], sequences: x.shape[1])
    let state = LSTM.State(hidden: single.initialHidden.tensor, cell: single.initialCell.tensor)
    expectClose(plan.forward(x, initialStates: [state]).storage, single.y.tensor.storage, within: 1e-6, "y")
    expectClose(plan.finalStates[0].hidden.storage, single.finalHidden.tensor.storage, within: 1e-6, "final hidden")
    expectClose(plan.finalStates[0].cell.storage, single.finalCell.tensor.storage, within: 1e-6, "final cell")
  }

  /// 1e-6, as above: outputs of training and inference kernels alike.
  @Test func stackMatchesKerasForward() {
    let stack = keras.stack
    let x = stack.x.tensor
    let plan = DifferentiablePlan(stack.network, steps: x.shape[0], sequences: x.shape[1])
    expectClose(plan.forward(x).storage, stack.y.tensor.storage, within: 1e-6, "training y")
    expectClose(stack.network(x).storage, stack.y.tensor.storage, within: 1e-6, "inference y")
  }

  /// 1e-6 on gradients of up to 1, summed over 24 rows in another order than Keras's.
  @Test(arguments: [Loss.squared, .huber(threshold: 0.5)])
  func lossAndGradientsMatchKeras(_ loss: Loss) {
    let stack = keras.stack
    let x = stack.x.tensor
    let expected = loss == .squared ? stack.squared : stack.huber
    let plan = DifferentiablePlan(stack.network, steps: x.shape[0], sequences: x.shape[1])
    let (value, gradient) = loss(plan.forward(x), stack.target.tensor, weights: stack.weight.tensor)
    #expect(abs(value - expected.loss) < 1e-6, "calculated \(value), expected \(expected.loss), tolerance 1e-6")
    let gradients = plan.backward(gradient)
    expectClose(gradients.input.storage, expected.inputGradient.tensor.storage, within: 1e-6, "∂/∂input")
    for (index, parameter) in expected.gradients.enumerated() {
      expectClose(
        gradients.parameters[index].storage, parameter.tensor.storage, within: 1e-6, "∂/∂parameter \(index)")
    }
  }

  /// 2e-6 on losses around 1 and 1e-4 on weights: Adam divides by √v, which magnifies the last bits of gradients
  /// near 0.
  @Test(arguments: [
    TrainingSettings(loss: .squared, optimizer: Adam(learningRate: 0.02), epochs: 10, seed: 1),
    TrainingSettings(
      loss: .huber(threshold: 0.5), optimizer: Adam(learningRate: 0.02, weightDecay: 0.1), epochs: 10,
      gradientNormLimit: 0.05, seed: 1),
  ])
  func tenLossesMatchKeras(_ settings: TrainingSettings) throws {
    let stack = keras.stack
    let expected = settings.loss == .squared ? stack.squared : stack.huber
    var network = stack.network
    let history = try network.fit(stack.examples, settings: settings)
    expectClose(
      history.epochs.map { Float($0.loss) }, expected.losses.map { Float($0) }, within: 2e-6, "loss at step")
    for (index, parameter) in expected.trained.enumerated() {
      expectClose(
        network.parameters[index].storage, parameter.tensor.storage, within: 1e-4, "trained parameter \(index)")
    }
  }
}
