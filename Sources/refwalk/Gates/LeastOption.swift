import ArgumentParser

/// How much a shape has to retain before a gate fails on it.
struct LeastOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "With --fail-on: shapes that retain less pass. Default: a thousandth of what is reachable.", valueName: "size"))
  var least: ByteSize?

  var scope: GateScope { GateScope(least: least?.bytes) }
}
