import Synchronization

/// Types of values that lie outside of the heap, such as constants in interfaces: read from the runtime's type data when
/// somebody looks at one.
final class GoConstantTypes: Sendable {
  private struct State {
    let source: RuntimeTypeSource
    var table = GoTypeTable()
  }

  private let state: Mutex<State>

  /// Nil when the executable has no type data of the runtime.
  init?(image: ExecutableImage, params: GoParams, version: GoVersion) {
    guard let module = GoModuleData(image: image, params: params) else { return nil }
    state = Mutex(
      State(
        source: RuntimeTypeSource(image: image, module: module, functions: nil, params: params, version: version)))
  }

  /// The type whose runtime description lies at `address` of the process; nil when there is none.
  func type(at address: UInt64) -> GoTypedDetails.DynamicType? {
    state.withLock { state in
      guard state.source.isKnownType(address) else { return nil }
      let id = state.source.type(atRuntimeAddress: address, in: &state.table)
      return id == 0 ? nil : .init(name: state.table.name(of: id), entry: state.table[id])
    }
  }
}
