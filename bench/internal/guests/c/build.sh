#!/usr/bin/env bash
# Builds the guests of the benchmark from their C sources: callee.wasm and driver.wasm, components, and kernels.wasm
# and endless.wasm, core modules. They are committed one directory up, so this is needed only after a change to a source or to
# the WIT.
#
# Needs clang and lld with the wasm32 target.
set -euo pipefail

readonly here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly wit=$here/../../../wit

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

compile() {
    clang --target=wasm32 -std=c11 -O2 -Wall -Wextra -Werror -ffreestanding -nostdlib -mbulk-memory \
        -Wl,--no-entry -Wl,--stack-first -Wl,-z,stack-size=16384 -Wl,--strip-all -o "$2" "$here/$1.c"
}

for world in callee driver; do
    compile $world "$scratch/core.wasm"
    (cd "$here" && go tool witgen component new --wit "$wit" --world $world -o "$scratch/$world.wasm" "$scratch/core.wasm")
done
for module in kernels endless; do
    compile $module "$scratch/$module.wasm"
done
install -m 644 "$scratch"/{callee,driver,kernels,endless}.wasm "$here/.."
