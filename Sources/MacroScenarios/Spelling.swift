/// What an author probably meant.
enum Spelling {
  /// Damerau–Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of
  /// neighbours, counted in Unicode scalars.
  static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.unicodeScalars)
    let b = Array(right.unicodeScalars)
    var before = [Int]()
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
        row.append(best)
      }
      (before, last) = (last, row)
    }
    return last[b.count]
  }

  /// The nearest of the candidates: at most 2 edits away, 3 from eight letters on, and always fewer than the letters
  /// that stay; the first of equals. Before all of them the only candidate that the word begins (`2026` → `2026_final`).
  static func nearest(to word: String, among candidates: [String]) -> String? {
    let length = word.unicodeScalars.count
    guard length <= 64 else { return nil }
    let completions = length >= 3 ? candidates.filter { $0.hasPrefix(word) } : []
    if completions.count == 1 { return completions[0] }
    let allowed = min(length >= 8 ? 3 : 2, max(1, length - 2))
    var best: (word: String, distance: Int)?
    for candidate in candidates {
      let edits = distance(word, candidate)
      if edits <= allowed, edits < best?.distance ?? .max { best = (candidate, edits) }
    }
    return best?.word
  }
}
