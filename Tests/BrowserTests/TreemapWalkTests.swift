import Layout
import Testing

@testable import Browser

@Suite struct TreemapWalkTests {
  private func browser(_ columns: Int = 80) -> BrowserDriver {
    BrowserDriver(Samples.goLeaks, name: "after.heapdump.gz", rows: columns == 80 ? 24 : 40, columns: columns)
  }

  @Test(arguments: [80, 120]) func intoCellsAndOut(columns: Int) throws {
    var browser = browser(columns)
    browser.press("3 T")
    #expect(browser.model.pane.place == .treemap(.object(.root), from: 0))
    browser.press("Enter")
    guard case .treemap(.object(let cache), from: 0) = browser.model.pane.place else {
      Issue.record("\(browser.model.pane.place)")
      return
    }
    #expect(browser.breadcrumb.contains("main.SessionCache"))
    browser.press("Enter")
    #expect(browser.model.pane.place == .treemap(.group(parent: cache, 0), from: 0))
    #expect(browser.line(2).contains("400 × main.CachedSession"))
    browser.press("BS BS")
    #expect(browser.model.pane.place == .treemap(.object(.root), from: 0) && browser.model.pane.selection == 0)
    browser.press("BS")
    #expect(browser.model.pane.place == .retention(.root))
  }

  /// The tree and the treemap show the same object, whichever one comes from.
  @Test func sameSelectionAsTheTree() throws {
    var browser = browser()
    browser.press("3 Down Down Down")
    let object = try #require(browser.model.selectedObject(browser.model.pane))
    browser.press("T")
    #expect(browser.model.selectedObject(browser.model.pane) == object)
    browser.press("T")
    #expect(browser.model.pane.place == .retention(.root))
    #expect(browser.model.selectedObject(browser.model.pane) == object)
    // From deep in the tree outwards, without having come in.
    browser.press("Up Up Right Down Down T")
    guard case .treemap(.object(let outer), _) = browser.model.pane.place, outer != .root else {
      Issue.record("\(browser.model.pane.place)")
      return
    }
    browser.press("BS")
    #expect(browser.model.pane.place == .treemap(.object(.root), from: 0))
    #expect(browser.model.selectedObject(browser.model.pane) == outer)
  }

  /// The last cell stands for all that are too small; Enter shows them, and so on to the last of them.
  @Test func theRestIsOpenedPieceByPiece() throws {
    var browser = BrowserDriver(Samples.ring(3, children: 5000), rows: 24, columns: 80)
    browser.press("3 Down Right T")
    var seen: [Int] = []
    for _ in 0..<300 {
      guard case .treemap(_, let from) = browser.model.pane.place else { break }
      seen.append(from)
      browser.press("End")
      let content = try #require(browser.model.treemap(browser.model.pane))
      guard content.map.cells.last?.isRest == true else { break }
      browser.press("Enter")
    }
    #expect(seen == seen.sorted() && Set(seen).count == seen.count)
  }

  @Test func everyMoveStaysOnACell() throws {
    for columns in [80, 160] {
      var browser = browser(columns)
      browser.press("3 T")
      for key in ["Right", "Down", "Left", "Up", "End", "Up", "Right", "Home", "PgDn", "K", "J"] {
        browser.press(key)
        let content = try #require(browser.model.treemap(browser.model.pane))
        #expect(content.map.cells.indices.contains(browser.model.pane.selection))
        #expect(browser.line(browser.frame.cursor.row).contains(">"))
      }
      browser.resize(100, 30)
      #expect(browser.frame.description.contains("┌"))
    }
  }

  @Test func clicksSelectCells() throws {
    var browser = browser()
    browser.press("3 T")
    let content = try #require(browser.model.treemap(browser.model.pane))
    for (position, cell) in content.map.cells.enumerated() {
      browser.apply(.click(row: cell.top + 4, column: cell.left + 1, double: false))
      #expect(browser.model.pane.selection == position)
    }
  }

  @Test func theCellsOfAMatrix() throws {
    var browser = browser()
    browser.press("2 Enter v Right Right")
    #expect(browser.model.pane.matrixColumn == 1)
    browser.press("Enter")
    #expect(browser.status.contains("no reference of the cycle between these classes"))
    browser.press("Right Enter")
    guard case .links(let links) = browser.model.pane.place else {
      Issue.record("\(browser.model.pane.place)")
      return
    }
    #expect(links.source == 0 && links.target == 2)
    #expect(browser.line(2).contains("main.CachedSession → main.SessionCache, 400 references"))
    #expect(browser.model.rowCount(browser.model.pane) == 400)
    browser.press("Enter")
    #expect(browser.breadcrumb.contains("main.CachedSession"))
    browser.press("BS BS")
    #expect(browser.model.pane.matrixColumn == 2)
    // To the left of the first cell is the whole row.
    browser.press("Left Left Left Enter")
    #expect(browser.line(2).contains("main.CachedSession → any class of the cycle, 1,198 references"))
  }
}
