import Screen

extension BrowseCommand {
  /// Opens the dump: to be filled in by the event loop.
  func browse(keys: [Key]) throws {
    throw CommandFailure.badArgument("this build has no browser")
  }
}
