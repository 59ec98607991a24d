# Shared by the launchers in this folder; sourced, not run. Sets $home (the repository) and $cache (downloads).
set -eu
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cache=${FLINK_YARN_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/flink-yarn}

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

require_node() {
  command -v node >/dev/null 2>&1 || fail "flink-yarn needs Node.js 20.19 or newer, and there is no 'node' on the PATH." \
    "Install it from your system's packages or from nodejs.org, then run this again."
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "flink-yarn needs Node.js 20.19 or newer; 'node' on the PATH is $(node --version)."
}

# step <text> <command...>: says what happens and how long it took; shows the command's output only when it fails.
step() {
  text=$1
  shift
  log=$(mktemp "${TMPDIR:-/tmp}/flink-yarn-step.XXXXXX")
  printf '%s ... ' "$text"
  started=$(date +%s)
  if "$@" >"$log" 2>&1 </dev/null; then
    printf '%s s\n' "$(($(date +%s) - started))"
    rm -f "$log"
  else
    printf 'failed after %s s\n' "$(($(date +%s) - started))"
    # npm says what is wrong first and prints its help afterwards; a compiler says most at the end.
    { head -n 20 "$log" && tail -n +21 "$log" | tail -n 40; } >&2
    rm -f "$log"
    exit 1
  fi
}

# Makes the folder of downloads and marks it as ours; bin/clean removes a folder only with that mark. A folder that was
# there before, and not empty, is used without being marked.
prepare_cache() {
  mkdir -p "$cache"
  [ -z "$(ls -A "$cache")" ] || return 0
  printf 'Signature: 8a477f597d28d172789f06886806bc55\n# Downloads of flink-yarn; bin/clean removes this folder.\n' >"$cache/CACHEDIR.TAG"
}

# Packages as the lock file says; nothing happens while the lock file is the one that was installed.
install_packages() {
  lock=$(cksum <"$home/package-lock.json")
  [ "$(cat "$home/node_modules/.lock-checksum" 2>/dev/null)" != "$lock" ] || return 0
  command -v npm >/dev/null 2>&1 || fail "flink-yarn needs npm, and there is no 'npm' on the PATH. It comes with Node.js."
  prepare_cache
  step "Installing packages (downloads go to $cache)" \
    npm --prefix "$home" ci --cache "$cache/npm" --prefer-offline --include=dev --ignore-scripts --no-audit --no-fund
  printf '%s\n' "$lock" >"$home/node_modules/.lock-checksum"
}

# Compiles when a source is newer than the last build. A packed copy has no sources and is built already.
build_if_stale() {
  [ -f "$home/tsconfig.json" ] || return 0
  install_packages
  sources=
  for path in src test scripts examples bench tsconfig.json package.json; do
    [ ! -e "$home/$path" ] || sources="$sources $home/$path"
  done
  # shellcheck disable=SC2086 # the list is split on purpose
  if [ ! -f "$home/dist/.built" ] || [ -n "$(find $sources -newer "$home/dist/.built" | head -n 1)" ]; then
    mkdir -p "$home/dist"
    touch "$home/dist/.building"
    # Not incremental: a build that takes its errors from an older one cannot be trusted, and saves two seconds.
    step 'Compiling' node "$home/node_modules/typescript/bin/tsc" -p "$home/tsconfig.json" --incremental false
    mv "$home/dist/.building" "$home/dist/.built"
  fi
}

# What the runtime asks of V8: room to inline the functions of a fused chain.
v8_flags='--max-inlined-bytecode-size=2000 --max-inlined-bytecode-size-cumulative=6000'
