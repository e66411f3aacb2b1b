module github.com/witan-os/witan/bench

go 1.26.0

toolchain go1.26.8
