# Everything one does with this repository. It takes Go and make; QEMU, and clang for guests
# in C, are installed when missing. Nothing else needs a C compiler.

SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# The steps of test are to be read one after the other.
.NOTPARALLEL:

export CGO_ENABLED := 0

# Pinned: a new version of a linter is a change like any other.
gofumpt     := go run mvdan.cc/gofumpt@v0.12.0
staticcheck := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2

# All modules of go.work.
packages  := ./... ./examples/... ./bench/...
platforms := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64
started   := $(shell date +%s)
FUZZTIME  ?= 10s

step = @printf '\n== %s\n'

.PHONY: help
help: ## list the targets
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/\1|\2/p' Makefile | \
	while IFS='|' read -r target what; do printf '  make %-10s%s\n' "$$target" "$$what"; done

.PHONY: boot
boot: qemu generate witgen ## build the system of examples/system, boot it in a VM and have it test itself
	$(step) "build the image"
	bin/witgen image build ./examples/system -o os.img
	$(step) "boot it"
	bin/witgen image run os.img --cpus 2 --timeout 5m --append selftest

# Each boot has to end well. The first one that does not is the last one, and its output is kept.
BOOTS   ?= 50
MINUTES ?= 10

.PHONY: boots
boots: CPUS ?= 1 2 4
boots: qemu generate witgen ## boot the self-test BOOTS times (50) with each of CPUS ("1 2 4"), and say how long it takes
	bin/witgen image build ./examples/system -o os.img
	go run ./bench/boots -n $(BOOTS) -cpus "$(CPUS)" -log boots-failed.log \
		bin/witgen image run os.img --timeout 10m --append selftest

.PHONY: soak
soak: CPUS ?= 2
soak: qemu generate witgen ## keep the system busy for MINUTES (10) in a VM with CPUS (2), and end things meanwhile
	bin/witgen image build ./examples/system -o os.img
	bin/witgen image run os.img --cpus $(CPUS) --timeout $$(( $(MINUTES) + 10 ))m --append "soak $(MINUTES)"

.PHONY: boottime
boottime: qemu generate ## measure how long images take to boot in a VM, stage by stage
	$(step) "boot"
	go run ./bench/boottime

.PHONY: test
test: qemu clang lint current cross unittest vmtest ## everything that must pass
	@echo
	@echo "Passed in $$(( $$(date +%s) - $(started) )) s: formatting, vet, staticcheck; generated code is up to date;"
	@echo "builds for $(platforms); tests here and on bare metal in a VM."

.PHONY: generate
generate: clang ## write what is generated from WIT anew
	$(step) "generate"
	@# witgen has generated code itself, which need not fit the runtime any more. The tag lets it be built. It would leave
	@# its mark in guests, which are built when all code is there.
	GOFLAGS=-tags=witan_bootstrap go generate -run 'witgen generate' $(packages)
	go generate -skip 'witgen generate' $(packages)

.PHONY: lint
lint: ## check formatting, and look for mistakes with vet and staticcheck
	$(step) "formatting"
	@unformatted=$$($(gofumpt) -l .); \
	if [[ -n $$unformatted ]]; then \
		printf 'not formatted, run "%s -w" on them:\n%s\n' "$(gofumpt)" "$$unformatted"; exit 1; \
	fi
	$(step) "vet"
	go vet $(packages)
	$(step) "staticcheck"
	$(staticcheck) $(packages)

.PHONY: current
current: clang witgen ## check that generated code and guests are what their sources ask for, and that WIT is formatted
	$(step) "generated code, guests and WIT"
	bin/witgen check --guests

.PHONY: cross
cross: ## build for every platform that Witan runs or is built on
	$(step) "builds for $(platforms)"
	@for platform in $(platforms); do \
		echo "$$platform"; \
		GOOS=$${platform%/*} GOARCH=$${platform#*/} go build ./...; \
	done

.PHONY: unittest
unittest: clang ## run the tests of all modules on this machine
	$(step) "tests"
	go test -timeout 20m $(packages)

# What the machines of these tests have besides CPUs, memory and serial lines.
# The disk begins as any file, and what is written to it is forgotten.
devices := -device virtio-rng-pci -device bochs-display -device virtio-blk-pci,drive=disk \
	-drive if=none,id=disk,format=raw,snapshot=on,file=$(CURDIR)/bin/vmexec

.PHONY: vmtest
vmtest: qemu ## run the tests of kernel/metal, and a guest's trap, on bare metal in a VM
	$(step) "tests on bare metal"
	go build -o bin/vmexec ./loader/vmexec
	@for cpus in 1 2 4; do \
		echo "with $$cpus CPUs"; \
		WITAN_VMEXEC_CPUS=$$cpus WITAN_VMEXEC_DEVICES="$(devices)" \
			go test -timeout 5m -exec "$(CURDIR)/bin/vmexec" \
			-ldflags '-E github.com/witan-os/witan/kernel/metal.entry' ./kernel/metal ./kernel/metal/metaltest ./kernel/driver/virtio ./cmd/witan; \
	done
	@# What the loader refuses on one CPU it refuses on many.
	go test -timeout 5m -exec "$(CURDIR)/bin/vmexec" \
		-ldflags '-E github.com/witan-os/witan/kernel/metal.entry' ./loader/stage2

.PHONY: fuzz
fuzz: ## let every fuzz target look for failures, FUZZTIME (10s) each
	@grep -rhoH --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sort | \
	while IFS=: read -r file func; do \
		printf '\n== %s %s\n' "$$(dirname $$file)" "$${func#func }"; \
		go test -run '^$$' -fuzz "^$${func#func }\$$" -fuzztime $(FUZZTIME) "$$(dirname $$file)" </dev/null; \
	done

.PHONY: clean
clean: ## remove what was built
	rm -rf bin os.img boots-failed.log

.PHONY: witgen
witgen:
	$(step) "build witgen"
	go build -o bin/witgen ./cmd/witgen

# Call install with what it is, a command that it has, and the packages of Debian that have it. Where they can't be
# installed, the error says how.
define install
	@command -v $(2) >/dev/null && exit; \
	if [[ $$(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then \
		echo '$(2) is missing: install $(1) (Debian: apt-get install $(3); macOS: brew install $(4))' >&2; exit 1; \
	fi; \
	printf '\n== install $(1)\n'; \
	apt-get update -qq; \
	DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $(3) >/dev/null; \
	$(2) --version
endef

.PHONY: qemu
qemu:
	$(call install,QEMU,qemu-system-x86_64,qemu-system-x86,qemu)
	@# UEFI firmware has no command to look for.
	@test -e /usr/share/ovmf/OVMF.fd && exit; \
	if [[ $$(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then \
		echo '/usr/share/ovmf/OVMF.fd is missing: install UEFI firmware for QEMU (Debian: apt-get install ovmf)' >&2; exit 1; \
	fi; \
	printf '\n== install UEFI firmware for QEMU\n'; \
	apt-get update -qq; \
	DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends ovmf >/dev/null

# What is found here need not do: Apple's clang makes no WebAssembly. Then witgen says so.
.PHONY: clang
clang:
	$(call install,clang,clang,clang lld,llvm lld)
	$(call install,lld,wasm-ld,clang lld,llvm lld)
