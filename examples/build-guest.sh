#!/usr/bin/env bash
# Builds the guest components of the examples, and of tests, from their C sources.
#
#   ./build-guest.sh [DIR]...
#
# DIR has guest/NAME.c, where NAME is its last element, and wit/; without a DIR the
# examples are built, greet and print-time. The result is DIR/NAME.wasm: a component, or,
# if there is no wit/, a core module. It is committed, so this script is needed only after
# a change to a guest or its WIT. Same sources and tools, same bytes.
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

# wit_of DIR TO: copy the WIT of DIR, with the packages of WASI and witan:kernel as its deps.
wit_of() {
    mkdir -p "$2"
    cp "$1"/wit/*.wit "$2"
    cp -r "$wasi_wit" "$2/deps"
    mkdir "$2/deps/witan"
    cp "$wasi_wit"/../*.wit "$2/deps/witan"
}

# build DIR: compile to a core module, add the world's types, wrap it as a component.
build() {
    local home name dir result
    home=$(cd "$1" && pwd)
    name=$(basename "$home")
    dir=$scratch/$name
    result=$home/$name.wasm
    [[ -f $home/guest/$name.c ]] || fail "there is no $1/guest/$name.c"
    mkdir -p "$dir"
    # Debug sections go, the function names stay: a trap's backtrace is made of them.
    clang --target=wasm32 -std=c11 -Os -Wall -Wextra -Werror -ffreestanding -nostdlib -mbulk-memory \
        -Wl,--no-entry -Wl,--stack-first -Wl,-z,stack-size=16384 -Wl,--strip-debug \
        -o "$dir/core.wasm" "$home/guest/$name.c"
    if [[ -d $home/wit ]]; then
        wit_of "$home" "$dir/wit"
        jco embed --wit "$dir/wit" -o "$dir/embedded.wasm" "$dir/core.wasm"
        jco new -o "$dir/result.wasm" "$dir/embedded.wasm"
    else
        cp "$dir/core.wasm" "$dir/result.wasm"
    fi
    install -m 644 "$dir/result.wasm" "$result"
    echo "$result: $(stat -c %s "$result") bytes"
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
[[ $# -gt 0 ]] || set -- "$examples/greet" "$examples/print-time"
for dir; do
    build "$dir"
done
