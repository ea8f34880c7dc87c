import CNCurses
import Screen

/// The attributes and the colour pair that each style means.
///
/// Colours are eight, on the background the terminal has, and chosen to be read on dark and on light ones: neither
/// yellow nor white, which vanish on white, nor blue, which vanishes on black.
struct Palette {
  /// Whether colours are used.
  let usesColor: Bool

  init(_ choice: ColorChoice) {
    let wanted =
      switch choice {
      case .auto: environment("NO_COLOR") == nil
      case .never: false
      case .always: true
      }
    guard wanted && has_colors() && start_color() == OK else {
      usesColor = false
      return
    }
    // A terminal without default colours is taken as white on black, as it starts.
    let background: Int32 = use_default_colors() == OK ? -1 : Int32(COLOR_BLACK)
    let text: Int32 = background == -1 ? -1 : Int32(COLOR_WHITE)
    // A pair never set is black on black: all of them are.
    for style in Style.allCases where Self.pair(style) != 0 {
      init_pair(Int16(Self.pair(style)), Int16(Self.color(style) ?? text), Int16(background))
    }
    usesColor = true
  }

  /// Attributes and colour pair for a style, in reverse when it is selected.
  func look(_ style: Style, selected: Bool) -> (attributes: attr_t, pair: Int32) {
    var attributes = usesColor ? Self.attributes(style) : Self.attributesWithoutColor(style)
    if selected { attributes |= nc_reverse }
    return (attributes, usesColor ? Self.pair(style) : 0)
  }

  /// Pair 0 is the terminal's own and cannot be set; styles without a colour use it.
  private static func pair(_ style: Style) -> Int32 { color(style) == nil ? 0 : Int32(style.rawValue) }

  private static func color(_ style: Style) -> Int32? {
    switch style {
    case .plain, .selected, .title, .size, .dim, .heading, .key: nil
    case .cycle, .suspect: Int32(COLOR_RED)
    case .warning: Int32(COLOR_MAGENTA)
    case .good: Int32(COLOR_GREEN)
    case .bar, .link: Int32(COLOR_CYAN)
    }
  }

  private static func attributes(_ style: Style) -> attr_t {
    switch style {
    case .plain, .cycle, .good, .bar, .link: 0
    case .title, .size, .suspect, .heading, .key, .warning: nc_bold
    case .selected: nc_reverse
    case .dim: nc_dim
    }
  }

  private static func attributesWithoutColor(_ style: Style) -> attr_t {
    switch style {
    case .plain, .dim, .bar, .good, .size: 0
    case .title, .heading, .key, .cycle, .warning: nc_bold
    case .suspect: nc_bold | nc_underline
    case .link: nc_underline
    case .selected: nc_reverse
    }
  }
}
