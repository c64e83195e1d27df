import MacroScenarios
import NeuralNetworks

/// What the models read each factor for: how much worse the others are rebuilt when the factor's values come from a window
/// half the sample away. Every window is read by the member that has not seen it.
struct FactorImportance {
  static let metric = PlausibilityEvaluation.reconstructionMetric

  /// The largest of the leading kind first; each driver for both kinds, the leading one first.
  let importances: [ModelCard.Importance]

  init(
    _ sample: HistorySample, _ folds: BlockedFolds, pca: ModelFamily<PrincipalComponents>,
    autoencoder: ModelFamily<WindowAutoencoder>, leading: PlausibilityModelKind
  ) {
    let resampling = BlockResampling()
    let pairs = sample.scale.factors.indices.map { factor in
      let network = Self.importance(of: factor, autoencoder.crossFit, .autoencoder, sample, resampling)
      let challenger = Self.importance(of: factor, pca.crossFit, .pca, sample, resampling)
      return leading == .pca ? [challenger, network] : [network, challenger]
    }
    importances = pairs.sorted { $0[0].value > $1[0].value }.flatMap { $0 }
  }

  private static func importance<Model>(
    of factor: Int, _ crossFit: CrossFit<Model>, _ kind: PlausibilityModelKind, _ sample: HistorySample,
    _ resampling: BlockResampling
  ) -> ModelCard.Importance {
    let windows = sample.windows, width = sample.scale.factors.count
    let exchanged = windows.indices.map { index in
      windows[index].taking(factor, from: windows[(index + windows.count / 2) % windows.count])
    }
    var sums: [(own: Double, exchanged: Double, count: Double)] = []
    for fold in 0..<BlockedFolds.count {
      let block = Array(crossFit.folds.block(fold)), model = crossFit.members[fold].model
      var sum = (own: 0.0, exchanged: 0.0, count: 0.0)
      for (place, (own, other)) in zip(
        model.read(block.map { windows[$0] }), model.read(block.map { exchanged[$0] })
      ).enumerated() {
        let window = windows[block[place]]
        for cell in window.values.indices where window.isKnown[cell] && cell % width != factor {
          let error = window.values[cell] - own.reconstruction[cell]
          let spoilt = window.values[cell] - other.reconstruction[cell]
          sum.own += error * error
          sum.exchanged += spoilt * spoilt
          sum.count += 1
        }
      }
      sums.append(sum)
    }
    let score = resampling.score("windows", kind.rawValue, metric, "standard deviations") { folds in
      let count = folds.reduce(0) { $0 + sums[$1].count }
      return (folds.reduce(0) { $0 + sums[$1].exchanged } / count).squareRoot()
        - (folds.reduce(0) { $0 + sums[$1].own } / count).squareRoot()
    }
    let named = sample.scale.factors[factor]
    return .init(
      driver: named.id, title: sample.scale.title(of: factor), model: kind.rawValue, metric: metric,
      unit: score.unit, value: score.value, lower: score.lower, upper: score.upper)
  }
}

extension MaskedGrid {
  /// The same with one factor's cells, known or not, of another window.
  fileprivate func taking(_ factor: Int, from other: MaskedGrid) -> MaskedGrid {
    MaskedGrid(
      values.indices.map { cell in
        let source = cell % factorCount == factor ? other : self
        return source.isKnown[cell] ? source.values[cell] : .nan
      }, factorCount: factorCount)
  }
}
