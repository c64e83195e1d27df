import Foundation
import Testing

@testable import Reporting

/// The map's names must be legible wherever its points lie.
@Suite struct PointMapTests {
  private struct Box {
    var left, top, right, bottom: Double
  }

  /// Where the labels of a placement stand, read back from the markup.
  private func boxes(_ placement: LabelPlacement) throws -> [Box] {
    try placement.texts.map { text in
      let found = try #require(
        text.rendered.firstMatch(of: /<text x="([-\d.]+)" y="([-\d.]+)"[^>]*>([^<]*)<\/text>/))
      let x = try #require(Double(found.1)), y = try #require(Double(found.2))
      // Semi-bold twelve pixels: a digit has 7 of them, a letter about 6.5.
      let width = 7 * Double(found.3.count)
      return Box(left: x - width / 2, top: y - 10, right: x + width / 2, bottom: y + 3)
    }
  }

  @Test(arguments: [0.0, 1, 4, 9, 15]) func namesDoNotTouchHoweverCloseTheirMarks(_ distance: Double) throws {
    let marks = ["This scenario", "1990", "2001", "2008", "2020"].enumerated().map { index, name in
      (name: name, x: 300 + distance * Double(index), y: 200 - distance * Double(index % 2))
    }
    let placement = LabelPlacement(area: (46, 62, 744, 508), marks: marks)
    let boxes = try boxes(placement)
    for (index, one) in boxes.enumerated() {
      for other in boxes[(index + 1)...] {
        let isApart =
          one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top
        #expect(isApart, "\(one) and \(other)")
      }
      for mark in marks {
        let isClear =
          mark.x + 5 < one.left || mark.x - 5 > one.right || mark.y + 5 < one.top || mark.y - 5 > one.bottom
        #expect(isClear, "\(mark) under \(one)")
      }
    }
  }

  @Test(arguments: [(50.0, 70.0), (740, 70), (50, 500), (740, 500)]) func namesStayInside(_ x: Double, _ y: Double)
    throws
  {
    let placement = LabelPlacement(area: (46, 62, 744, 508), marks: [(name: "This scenario", x: x, y: y)])
    let box = try #require(try boxes(placement).first)
    #expect(box.left >= 46 && box.right <= 744 && box.top >= 60 && box.bottom <= 510)
  }
}
