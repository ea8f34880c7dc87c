import Browser
import Testing

/// Golden frames of the sample of a Java program.
@Suite struct JVMFrames {
  static let cases = [
    ScreenCase("overview", ""),
    ScreenCase("cycles", "2"),
    ScreenCase("cycle", "2 Down Down Down Down Enter"),
    ScreenCase("retention", "3 Down Right Down Right"),
    ScreenCase("paths", ": \"@fe1bed60\" Enter p"),
    ScreenCase("map", ": \"@fe1beed0\" Enter"),
    ScreenCase("map-raw", ": \"@fe1beed0\" Enter e"),
    ScreenCase("paths-raw", "e : \"@fe1bed60\" Enter p"),
    ScreenCase("list", ": \"@fe1beed0\" Enter Enter"),
    ScreenCase("classes", "4"),
  ]

  @Test(arguments: cases) func at80x24(screen: ScreenCase) throws {
    var browser = BrowserDriver(Samples.jvmLeaks, name: "jvm-leaks.hprof.gz")
    browser.press(screen.keys)
    try expectFrame(browser.frame, "java-\(screen.name)-80x24")
  }

  @Test(arguments: cases.prefix(6)) func at160x50(screen: ScreenCase) throws {
    var browser = BrowserDriver(Samples.jvmLeaks, name: "jvm-leaks.hprof.gz", rows: 50, columns: 160)
    browser.press(screen.keys)
    try expectFrame(browser.frame, "java-\(screen.name)-160x50")
  }
}
