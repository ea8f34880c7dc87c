// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "refwalk",
  products: [.executable(name: "refwalk", targets: ["refwalk"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // C libraries and small C helpers.
    .systemLibrary(name: "CPrefetch"),
    .systemLibrary(name: "CRename"),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CElf", providers: [.apt(["libelf-dev", "libdw-dev"])]),
    .systemLibrary(name: "CNCurses", providers: [.apt(["libncurses-dev"])]),
    .target(name: "CTerminalGuard"),
    .target(name: "CMemoryGuard"),

    // What of foreign text may be shown: everything that shows or writes any uses this.
    .target(name: "TextSafety"),

    // The graph, and what is computed on it.
    .target(name: "ReferenceGraph", dependencies: ["CPrefetch", "CMemoryGuard"]),
    .target(name: "DumpLoading", dependencies: ["ReferenceGraph", "TextSafety", "CPrefetch", "CZlib", "CElf"]),
    .target(name: "GraphAnalysis", dependencies: ["ReferenceGraph"]),
    .target(name: "CycleMarks", dependencies: ["ReferenceGraph", "GraphAnalysis", "TextSafety", "CRename"]),

    // The browser: everything but the terminal itself is pure.
    .target(name: "Layout", dependencies: ["ReferenceGraph", "GraphAnalysis", "CycleMarks"]),
    .target(name: "Screen", dependencies: ["TextSafety"]),
    .target(
      name: "Browser",
      dependencies: ["ReferenceGraph", "GraphAnalysis", "CycleMarks", "Layout", "Screen", "TextSafety"]),
    .target(name: "Terminal", dependencies: ["Screen", "TextSafety", "CNCurses", "CTerminalGuard"]),
    .executableTarget(
      name: "refwalk",
      dependencies: [
        "ReferenceGraph", "DumpLoading", "GraphAnalysis", "CycleMarks", "Layout", "Screen", "Browser", "Terminal",
        "TextSafety", "CMemoryGuard", "CTerminalGuard",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Measures the analyses; built by the bench, never installed.
    .executableTarget(
      name: "refwalk-bench", dependencies: ["ReferenceGraph", "DumpLoading", "GraphAnalysis"],
      path: "Tests/Bench/refwalk-bench"),

    // What several test targets need.
    .target(name: "TestSupport", path: "Tests/TestSupport"),

    .testTarget(name: "ReferenceGraphTests", dependencies: ["ReferenceGraph", "TestSupport", "CMemoryGuard"]),
    .testTarget(
      name: "DumpLoadingTests",
      dependencies: ["ReferenceGraph", "DumpLoading", "GraphAnalysis", "TextSafety", "CZlib", "TestSupport"],
      exclude: ["Fixtures"]),
    .testTarget(name: "GraphAnalysisTests", dependencies: ["ReferenceGraph", "GraphAnalysis", "TestSupport"]),
    .testTarget(
      name: "CycleMarksTests",
      dependencies: ["ReferenceGraph", "GraphAnalysis", "CycleMarks", "TextSafety", "TestSupport"],
      exclude: ["__Reports__"]),
    .testTarget(name: "LayoutTests", dependencies: ["ReferenceGraph", "GraphAnalysis", "CycleMarks", "Layout"]),
    .testTarget(name: "ScreenTests", dependencies: ["Screen", "TextSafety"]),
    .testTarget(
      name: "BrowserTests",
      dependencies: [
        "ReferenceGraph", "DumpLoading", "GraphAnalysis", "CycleMarks", "Layout", "Screen", "Browser", "TestSupport",
      ],
      exclude: ["__Frames__"]),
    .testTarget(
      name: "RefwalkTests",
      dependencies: [
        "refwalk", "ReferenceGraph", "DumpLoading", "GraphAnalysis", "CycleMarks", "Browser", "Terminal", "TextSafety",
      ],
      exclude: ["__Frames__"]),
  ],
  swiftLanguageModes: [.v6]
)
