import Glibc

/// What a shell has to be told once, so that it asks refwalk how to go on with a command line.
enum CompletionScript: String, CaseIterable {
  case bash, zsh, fish

  /// The script, for the folder in which the shell looks for it.
  var text: String {
    switch self {
    case .bash: Self.bashText
    case .zsh: Self.zshText
    case .fish: Self.fishText
    }
  }

  /// Prints the script of the shell called `name`, or of the one that runs.
  static func print(for name: String?) throws(CommandFailure) {
    let shell = name ?? environmentText("SHELL")?.split(separator: "/").last.map(String.init) ?? ""
    guard let script = CompletionScript(rawValue: shell) else {
      let known = allCases.map(\.rawValue).joined(separator: ", ")
      throw .badArgument("no completions for \(shell.isEmpty ? "this shell" : shell); there are those for \(known)")
    }
    var output = OutputBuffer()
    output.write(script.text)
    try output.finish()
  }

  private static func environmentText(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  private static let bashText = #"""
    # bash completion for refwalk
    _refwalk() {
      local current="${COMP_WORDS[COMP_CWORD]}" line kind= word prefix=
      local -a words=("${COMP_WORDS[@]:1:COMP_CWORD}")
      # bash takes --policy=NAME apart: put it together.
      if [[ $COMP_CWORD -ge 2 && ${COMP_WORDS[COMP_CWORD-1]} == = && ${COMP_WORDS[COMP_CWORD-2]} == --* ]]; then
        prefix="${COMP_WORDS[COMP_CWORD-2]}="
        words=("${COMP_WORDS[@]:1:COMP_CWORD-3}" "$prefix$current")
      elif [[ $COMP_CWORD -ge 2 && $current == = && ${COMP_WORDS[COMP_CWORD-1]} == --* ]]; then
        prefix="${COMP_WORDS[COMP_CWORD-1]}="
        words=("${COMP_WORDS[@]:1:COMP_CWORD-2}" "$prefix")
        current=
      fi
      COMPREPLY=()
      while IFS= read -r line; do
        if [[ -z $kind ]]; then
          kind="$line"
          continue
        fi
        word="${line%%$'\t'*}"
        COMPREPLY+=("${word#"$prefix"}")
      done < <("${COMP_WORDS[0]}" complete -- "${words[@]}" 2>/dev/null)
      if [[ $kind == files ]]; then
        compopt -o filenames 2>/dev/null
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
      fi
    }
    complete -F _refwalk refwalk

    """#

  private static let zshText = #"""
    #compdef refwalk
    _refwalk() {
      local line kind word
      local -a found
      while IFS= read -r line; do
        if [[ -z $kind ]]; then
          kind=$line
          continue
        fi
        word=${line%%$'\t'*}
        found+=("${word//:/\\:}:${line#*$'\t'}")
      done < <("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
      if (( ${#found} )); then _describe -t refwalk refwalk found; fi
      if [[ $kind == files ]]; then
        if [[ $PREFIX == --*=* ]]; then compset -P '*='; fi
        _files
      fi
    }
    if [[ $funcstack[1] == _refwalk ]]; then _refwalk "$@"; else compdef _refwalk refwalk; fi

    """#

  private static let fishText = #"""
    # fish completion for refwalk
    function __refwalk_complete
      set -l words (commandline -opc) (commandline -ct)
      set -l lines (command $words[1] complete -- $words[2..-1] 2>/dev/null)
      if test (count $lines) -gt 1
        printf '%s\n' $lines[2..-1]
      end
      if test "$lines[1]" = files
        set -l current (commandline -ct)
        set -l prefix (string match -r -- '^--[^=]*=' $current)
        set -l typed (string replace -r -- '^--[^=]*=' '' $current)
        for file in (__fish_complete_path $typed)
          printf '%s%s\n' "$prefix" $file
        end
      end
    end
    complete -c refwalk -f -a '(__refwalk_complete)'

    """#
}
