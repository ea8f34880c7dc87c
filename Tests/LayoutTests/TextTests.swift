import Layout
import Testing

@Suite struct TextTests {
  @Test func barsAreAsLongAsTheirShare() {
    #expect(SizeBar.text(0, width: 8) == "")
    #expect(SizeBar.text(1, width: 8) == "████████")
    #expect(SizeBar.text(0.5, width: 8) == "████")
    #expect(SizeBar.text(0.0625, width: 2) == "▏")
    #expect(SizeBar.text(7, width: 3) == "███")
  }

  @Test func percentHasOneDecimal() {
    #expect(SizeBar.percent(673, of: 1000) == "67.3")
    #expect(SizeBar.percent(1, of: 1) == "100.0")
    #expect(SizeBar.percent(1, of: 0) == "")
  }

  @Test func classNamesLoseTheFoldersOfPackages() {
    #expect(shortClassName("main.Session") == "main.Session")
    #expect(shortClassName("example.com/shop/web.Session") == "web.Session")
    #expect(shortClassName("map[string]*example.com/a/b.T") == "map[string]*b.T")
    #expect(shortClassName("a/b.T, c/d.U, …") == "b.T, d.U, …")
  }
}
