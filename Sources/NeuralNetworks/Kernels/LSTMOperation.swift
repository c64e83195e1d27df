import COneDNN

/// The sizes of one LSTM call and the layouts oneDNN knows them by.
///
/// Weights are `[C][4][H]` in memory (`ldigo` with one layer and one direction), states `[N][H]`, rows `[T][N][·]`.
struct LSTMOperation {
  let inputs: Int
  let hidden: Int
  let batch: BatchShape

  init(_ layer: LSTM, _ batch: BatchShape) {
    inputs = layer.inputs
    hidden = layer.hidden
    self.batch = batch
  }

  var inputLayout: dnnl_memory_desc_t { OneDNN.layout([batch.steps, batch.sequences, inputs], dnnl_tnc) }
  var outputLayout: dnnl_memory_desc_t { OneDNN.layout([batch.steps, batch.sequences, hidden], dnnl_tnc) }
  var stateLayout: dnnl_memory_desc_t { OneDNN.layout([1, 1, batch.sequences, hidden], dnnl_ldnc) }
  var biasLayout: dnnl_memory_desc_t { OneDNN.layout([1, 1, 4, hidden], dnnl_ldgo) }

  func inputWeightsLayout(_ tag: dnnl_format_tag_t = dnnl_ldigo) -> dnnl_memory_desc_t {
    OneDNN.layout([1, 1, inputs, 4, hidden], tag)
  }
  func recurrentWeightsLayout(_ tag: dnnl_format_tag_t = dnnl_ldigo) -> dnnl_memory_desc_t {
    OneDNN.layout([1, 1, hidden, 4, hidden], tag)
  }

  /// Weights in whatever layout oneDNN prefers.
  func forward(training: Bool) -> Primitive {
    var x = inputLayout
    var state = stateLayout
    var b = biasLayout
    var y = outputLayout
    var w = inputWeightsLayout(dnnl_format_tag_any)
    var r = recurrentWeightsLayout(dnnl_format_tag_any)
    var operation = dnnl_rnn_desc_t()
    OneDNN.check(
      dnnl_lstm_forward_desc_init(
        &operation, training ? dnnl_forward_training : dnnl_forward_inference, dnnl_unidirectional_left2right, &x,
        &state, &state, &w, &r, &b, &y, &state, &state, UInt32(dnnl_rnn_flags_undef.rawValue)),
      "describe an LSTM layer")
    return Primitive("an LSTM layer", operation)
  }

  /// - Parameter forward: the training primitive whose work this undoes.
  func backward(_ forward: Primitive) -> Primitive {
    var x = inputLayout
    var state = stateLayout
    var b = biasLayout
    var y = outputLayout
    var w = inputWeightsLayout(dnnl_format_tag_any)
    var r = recurrentWeightsLayout(dnnl_format_tag_any)
    var dw = inputWeightsLayout(dnnl_format_tag_any)
    var dr = recurrentWeightsLayout(dnnl_format_tag_any)
    var operation = dnnl_rnn_desc_t()
    OneDNN.check(
      dnnl_lstm_backward_desc_init(
        &operation, dnnl_backward, dnnl_unidirectional_left2right, &x, &state, &state, &w, &r, &b, &y, &state, &state,
        &x, &state, &state, &dw, &dr, &b, &y, &state, &state, UInt32(dnnl_rnn_flags_undef.rawValue)),
      "describe an LSTM layer's gradient")
    return Primitive("an LSTM layer's gradient", operation, hint: forward)
  }
}
