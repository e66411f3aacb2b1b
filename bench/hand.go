package main

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"unicode/utf8"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/rows"
)

// This file is the glue that somebody would write by hand who knows the callee, its types and wazero well: no more
// checks than safety asks for, no options, no other guest. Generated glue is to come close to it.

var (
	errNested  = errors.New("the guest is in a call already")
	errOutside = errors.New("the guest gave an address outside of its memory")
	errText    = errors.New("the guest gave a text that is not UTF-8")
	errCase    = errors.New("the guest gave a case that does not exist")
)

// hand is the callee's core module with its functions. Each has room for its own parameters and results.
type hand struct {
	memory  api.Memory
	realloc api.Function
	funcs   map[string]api.Function // by the name that the module exports it under
	inside  bool                    // a call is running
	stack   [12]uint64
	reps    []uint32 // counters of the guest, by handle
}

func newHand(ctx context.Context, set *guests.Set) (*hand, error) {
	wasm, err := guests.CoreModule(set.Callee)
	if err != nil {
		return nil, err
	}
	r := wazero.NewRuntime(ctx)
	h := &hand{reps: make([]uint32, 1), funcs: map[string]api.Function{}}
	if err := h.provideHost(ctx, r); err != nil {
		return nil, err
	}
	m, err := r.InstantiateWithConfig(ctx, wasm, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, err
	}
	h.memory = m.Memory()
	for name := range m.ExportedFunctionDefinitions() {
		h.funcs[name] = m.ExportedFunction(name)
	}
	h.realloc = h.funcs["cabi_realloc"]
	return h, nil
}

// provideHost offers the functions that the callee imports.
func (h *hand) provideHost(ctx context.Context, r wazero.Runtime) error {
	i32 := []api.ValueType{api.ValueTypeI32}
	_, err := r.NewHostModuleBuilder("perf:bench/host").
		NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(func(_ context.Context, _ api.Module, stack []uint64) {
		stack[0] = uint64(rows.Host{}.Tick(uint32(stack[0])))
	}), i32, i32).Export("tick").
		NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(func(_ context.Context, _ api.Module, stack []uint64) {
		text, err := h.text(uint32(stack[0]), uint32(stack[1]))
		if err != nil {
			panic(err)
		}
		stack[0] = uint64(rows.Host{}.Log(text))
	}), []api.ValueType{api.ValueTypeI32, api.ValueTypeI32}, i32).Export("log").
		Instantiate(ctx)
	if err != nil {
		return err
	}
	_, err = r.NewHostModuleBuilder("[export]perf:bench/api").
		NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(func(_ context.Context, _ api.Module, stack []uint64) {
		h.reps = append(h.reps, uint32(stack[0]))
		stack[0] = uint64(len(h.reps) - 1)
	}), i32, i32).Export("[resource-new]counter").
		Instantiate(ctx)
	return err
}

// enter begins a call, unless one is running.
func (h *hand) enter() error {
	if h.inside {
		return errNested
	}
	h.inside = true
	return nil
}

func (h *hand) leave() { h.inside = false }

// run calls a core function with what is on the stack.
func (h *hand) run(ctx context.Context, f api.Function, slots int) error {
	return f.CallWithStack(ctx, h.stack[:slots])
}

// post has the guest free its result, which is at ret.
func (h *hand) post(ctx context.Context, f api.Function, ret uint64) error {
	h.stack[0] = ret
	return h.run(ctx, f, 1)
}

// room has the guest allocate.
func (h *hand) room(ctx context.Context, size, align int) (uint32, error) {
	h.stack[0], h.stack[1], h.stack[2], h.stack[3] = 0, 0, uint64(align), uint64(size)
	err := h.run(ctx, h.realloc, 4)
	return uint32(h.stack[0]), err
}

func (h *hand) putText(ctx context.Context, s string) (uint32, error) {
	at, err := h.room(ctx, len(s), 1)
	if err == nil && !h.memory.WriteString(at, s) {
		err = errOutside
	}
	return at, err
}

func (h *hand) view(at, size uint32) ([]byte, error) {
	view, ok := h.memory.Read(at, size)
	if !ok {
		return nil, errOutside
	}
	return view, nil
}

func (h *hand) text(at, size uint32) (string, error) {
	view, err := h.view(at, size)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(view) {
		return "", errText
	}
	return string(view), nil
}

// textAt is the text whose address and length are in a view.
func (h *hand) textAt(view []byte) (string, error) {
	return h.text(binary.LittleEndian.Uint32(view), binary.LittleEndian.Uint32(view[4:]))
}

func slotOfBool(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func slotOfF32(v float32) uint64 { return uint64(math.Float32bits(v)) }
