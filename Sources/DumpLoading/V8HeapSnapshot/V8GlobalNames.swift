import ReferenceGraph

/// The properties of global objects that engines and runtimes bring along and that are no functions of a script, by which
/// their owner could be told: what such a property leads to is not the program's for that.
enum V8GlobalNames {
  /// Of the language, of the web and of Node.js, Deno and Bun.
  private static let names: Set<String> = [
    "AbortController", "AbortSignal", "AggregateError", "Array", "ArrayBuffer", "AsyncDisposableStack", "Atomics",
    "BigInt", "BigInt64Array", "BigUint64Array", "Blob", "Boolean", "BroadcastChannel", "Buffer", "Bun", "Crypto",
    "CustomEvent", "DOMException", "DataView", "Date", "Deno", "DisposableStack", "Error", "EvalError", "Event",
    "EventTarget", "File", "FinalizationRegistry", "Float16Array", "Float32Array", "Float64Array", "FormData",
    "Function", "Headers", "Infinity", "Int16Array", "Int32Array", "Int8Array", "Intl", "Iterator", "JSON", "Loader",
    "Map", "Math", "MessageChannel", "MessagePort", "NaN", "Navigator", "Number", "Object", "Performance", "Promise",
    "Proxy", "RangeError", "ReadableStream", "ReferenceError", "Reflect", "RegExp", "Request", "Response", "Set",
    "ShadowRealm", "SharedArrayBuffer", "String", "SuppressedError", "Symbol", "SyntaxError", "Temporal",
    "TextDecoder", "TextEncoder", "TransformStream", "TypeError", "URIError", "URL", "URLSearchParams", "Uint16Array",
    "Uint32Array", "Uint8Array", "Uint8ClampedArray", "WeakMap", "WeakRef", "WeakSet", "WebAssembly", "WebSocket",
    "Worker", "WritableStream", "atob", "btoa", "caches", "clearImmediate", "clearInterval", "clearTimeout",
    "console", "crypto", "decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent", "escape", "eval",
    "fetch", "global", "globalThis", "isFinite", "isNaN", "localStorage", "navigator", "parseFloat", "parseInt",
    "performance", "process", "queueMicrotask", "self", "sessionStorage", "setImmediate", "setInterval", "setTimeout",
    "structuredClone", "undefined", "unescape", "window",
  ]
  /// What symbols begin with by which Node and what it brings along keep things in the global object.
  private static let symbols = ["<symbol node:", "<symbol undici.", "<symbol Deno."]

  /// Whether the runtime has a property of this name.
  static func isOfRuntime(_ name: String) -> Bool {
    names.contains(name) || symbols.contains { name.hasPrefix($0) }
  }
}

extension V8HeapSnapshotDetails {
  /// Functions belong to whose script they stand in; other properties of the runtime's are known by their names.
  ///
  /// The engine's own slots of a global object are its.
  func owner(ofGlobal field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> CodeOwner {
    let owner = owner(of: target)
    guard owner == .unknown else { return owner }
    switch V8Field.type(of: field) {
    case .property, .element: return V8GlobalNames.isOfRuntime(bareName(field, limit: 64)) ? .runtime : .program
    // The cells of a global object's table: the program's unless they are told by their names.
    default: return .runtime
    }
  }

  /// The memory of buffers and of what looks into them, the tables of maps and sets.
  func isPart(_ field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> Bool {
    guard V8Field.type(of: field) == .internal else { return false }
    let name = bareName(field, limit: 24)
    return name == "buffer" || name == "backing_store" || name == "table"
  }
}
