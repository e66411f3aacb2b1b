module github.com/witan-os/witan/examples

go 1.26.0

toolchain go1.26.8

tool github.com/witan-os/witan/cmd/witgen

require github.com/witan-os/witan v0.0.0

replace github.com/witan-os/witan => ../
