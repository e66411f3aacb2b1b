module github.com/witan-os/witan/examples

go 1.26.0

toolchain go1.26.8
