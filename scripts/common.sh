# Shared by setup, test and demo; sourced, not run.
# shellcheck shell=bash

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
export HOME="${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}"
export LIKENESS_HOME="${LIKENESS_HOME:-${XDG_DATA_HOME:-$HOME/.local/share}/likeness}"

say() { printf '== %s\n' "$*"; }

fail() {
  printf 'likeness: %s\n' "$*" >&2
  exit 1
}

# Prints the path of a Swift of at least 6.1; status 1 when there is none.
find_swift() {
  local candidate version
  for candidate in swift /opt/swift/usr/bin/swift "$HOME/.local/share/swiftly/bin/swift" "$HOME/.swiftly/bin/swift" \
    /usr/local/swift/usr/bin/swift /usr/share/swift/usr/bin/swift; do
    candidate=$(command -v -- "$candidate") || continue
    version=$("$candidate" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    if [[ -n $version && $(printf '%s\n6.1\n' "$version" | sort -V | head -n 1) == 6.1 ]]; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

require_swift() {
  find_swift || fail "Swift 6.1 or newer was not found. Install it as https://www.swift.org/install/linux/ says, then run this again."
}

# The Swift that `run_swift` uses; set by the script that sources this.
swift=""

# swift COMMAND …, in the repository, with the package cache in Likeness' home instead of the user's.
run_swift() {
  local command=$1
  shift
  "$swift" "$command" --package-path "$root" --cache-path "$LIKENESS_HOME/cache/swiftpm" \
    --config-path "$LIKENESS_HOME/cache/swiftpm/configuration" --security-path "$LIKENESS_HOME/cache/swiftpm/security" "$@"
}
