#!/usr/bin/env bash
# Builds the guest components of the examples from their C sources.
#
#   ./build-guest.sh [NAME]...
#
# NAME is an example with guest/NAME.c and wit/: greet or print-time; without a NAME all
# are built. The result is NAME/NAME.wasm, which is committed, so this script is needed
# only after a change to a guest or its WIT. Same sources and tools, same bytes.
#
# Needs clang and lld with the wasm32 target, and Node.js 18 or later with npm; what is
# missing is installed with apt-get when run as root on Debian or Ubuntu. The component
# tools come from npm, in a version of their own outside the source tree.
set -euo pipefail

readonly jco_version=1.10.2
readonly examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly wasi_wit=$examples/../wit/deps
readonly tools=${XDG_CACHE_HOME:-$HOME/.cache}/witan/jco-$jco_version

fail() {
    echo "build-guest.sh: $*" >&2
    exit 1
}

# need COMMAND PACKAGE: make sure there is COMMAND, which Debian has in PACKAGE.
need() {
    command -v "$1" >/dev/null && return
    command -v apt-get >/dev/null && [[ $(id -u) == 0 ]] ||
        fail "$1 is missing: install it (Debian: apt-get install $2)"
    echo "installing $2" >&2
    { apt-get update -qq && apt-get install -qq --no-install-recommends "$2"; } >&2
    command -v "$1" >/dev/null || fail "$2 is installed, but there is still no $1"
}

jco() {
    "$tools/node_modules/.bin/jco" "$@" >&2
}

# wit_of NAME DIR: put the example's WIT into DIR, with the WASI packages as its deps.
wit_of() {
    mkdir -p "$2"
    cp "$examples/$1"/wit/*.wit "$2"
    cp -r "$wasi_wit" "$2/deps"
}

# build NAME: compile to a core module, add the world's types, wrap it as a component.
build() {
    local name=$1 dir=$scratch/$1
    [[ -f $examples/$name/guest/$name.c ]] || fail "there is no example $name with guest/$name.c"
    wit_of "$name" "$dir/wit"
    # Debug sections go, the function names stay: a trap's backtrace is made of them.
    clang --target=wasm32 -std=c11 -Os -Wall -Wextra -Werror -ffreestanding -nostdlib -mbulk-memory \
        -Wl,--no-entry -Wl,--stack-first -Wl,-z,stack-size=16384 -Wl,--strip-debug \
        -o "$dir/core.wasm" "$examples/$name/guest/$name.c"
    jco embed --wit "$dir/wit" -o "$dir/embedded.wasm" "$dir/core.wasm"
    jco new -o "$dir/component.wasm" "$dir/embedded.wasm"
    install -m 644 "$dir/component.wasm" "$examples/$name/$name.wasm"
    echo "$name/$name.wasm: $(stat -c %s "$examples/$name/$name.wasm") bytes"
}

need clang clang
need wasm-ld lld
need node nodejs
need npm npm
if [[ ! -x $tools/node_modules/.bin/jco ]]; then
    echo "installing jco $jco_version from npm" >&2
    npm install --prefix "$tools" --no-audit --no-fund --ignore-scripts \
        "@bytecodealliance/jco@$jco_version" >&2
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
[[ $# -gt 0 ]] || set -- greet print-time
for name; do
    build "$name"
done
