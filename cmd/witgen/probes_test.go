package main_test

// The guests that the tests and scripts run are in C. probe01 is a core module from before components, which has no
// WIT.

//go:generate go tool witgen generate --wit testdata/probe/wit --guest c --world probe --out testdata/probe/guest/generated
//go:generate go tool witgen build ./testdata/probe/guest -o testdata/probe/probe.wasm
//go:generate clang --target=wasm32 -std=c11 -Os -Wall -Wextra -Werror -ffreestanding -nostdlib -mbulk-memory -Wl,--no-entry -Wl,--stack-first -Wl,-z,stack-size=16384 -Wl,--strip-debug -o testdata/probe01/probe01.wasm testdata/probe01/guest/probe01.c
//go:generate chmod 644 testdata/probe01/probe01.wasm
