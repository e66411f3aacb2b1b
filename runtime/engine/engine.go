package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/witan-os/witan/runtime/meter"
)

// MaxMemoryPages caps a linear memory. One page less than the format allows: the compiled code reads the
// length of a memory as 32 bits, so that a memory of 65536 pages would seem empty.
const MaxMemoryPages = 65535

// Config chooses how an engine works. The zero value is an engine without a cache on disk.
type Config struct {
	// CacheDir keeps machine code between runs. Its contents must be trusted like the program itself.
	CacheDir string
	// ReadOnlyCache says that CacheDir can't be written, as in a boot image.
	ReadOnlyCache bool
	// Unmetered leaves guest code without the countdown that lets it be stopped: for comparisons of speed.
	// A guest that doesn't return then holds up the whole process, and tail calls are as wrong as the engine has
	// them (see runtime/meter).
	Unmetered bool
}

// Engine compiles and instantiates core modules. It is safe for concurrent use.
type Engine struct {
	runtime   wazero.Runtime
	cache     wazero.CompilationCache
	readOnly  bool
	unmetered bool
	misses    atomic.Int64
	wasi01    sync.Mutex // held while WASI 0.1 is registered

	yieldOnce sync.Once
	yield     Module // see meter.go
	yieldErr  error
	yields    atomic.Uint32 // how often guests have come back, see yieldsPerTurn
	gauges    sync.Map      // of *gauge, by their instances

	arenaOnce sync.Once
	arena     *arena // of memories that windows can show; see share.go
}

// New starts an engine. It fails if there is no machine code cache to be had, or if the stacks of guests could not be
// bounded.
func New(ctx context.Context, c Config) (*Engine, error) {
	e := &Engine{readOnly: c.ReadOnlyCache, unmetered: c.Unmetered}
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesTailCall |
			experimental.CoreFeaturesExtendedConst | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(MaxMemoryPages).
		WithDebugInfoEnabled(true)
	if c.CacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(c.CacheDir)
		if err != nil {
			return nil, fmt.Errorf("machine code cache %s: %w", c.CacheDir, err)
		}
		e.cache = cache
		config = config.WithCompilationCache(cache)
	}
	e.runtime = wazero.NewRuntimeWithConfig(ctx, config)
	if err := e.findStack(ctx); err != nil {
		return nil, errors.Join(err, e.Close(ctx))
	}
	return e, nil
}

// Close releases all machine code. Nothing made by the engine may be in use.
func (e *Engine) Close(ctx context.Context) error {
	err := e.runtime.Close(ctx)
	if e.cache != nil {
		err = errors.Join(err, e.cache.Close(ctx))
	}
	e.arena.close()
	return err
}

// CacheMisses counts the modules that had to be compiled although a read-only cache was given: the
// machine code in it is for other CPU features, or for another version of the engine.
func (e *Engine) CacheMisses() int64 { return e.misses.Load() }

// Compile checks a core module of a guest and compiles it to machine code that can be stopped: see [Meter].
func (e *Engine) Compile(ctx context.Context, wasm []byte) (*Code, error) {
	shape, wasm, err := readShape(wasm)
	if err != nil {
		return nil, err
	}
	if e.unmetered {
		if wasm, err = meter.Plain(wasm); err != nil {
			return nil, err
		}
		return e.compile(ctx, shape, meter.Result{Module: wasm})
	}
	mark := markOf(wasm)
	metered, err := meter.RewriteMarked(wasm, mark)
	if err != nil {
		return nil, err
	}
	code, err := e.compile(ctx, shape, metered)
	if err != nil {
		return nil, err
	}
	code.mark = mark
	return code, nil
}

// CompileTrusted is [Engine.Compile] for code of ours that is known to end: it is compiled as it is.
func (e *Engine) CompileTrusted(ctx context.Context, wasm []byte) (*Code, error) {
	shape, wasm, err := readShape(wasm)
	if err != nil {
		return nil, err
	}
	return e.compile(ctx, shape, meter.Result{Module: wasm})
}

func (e *Engine) compile(ctx context.Context, shape *shape, r meter.Result) (*Code, error) {
	compiled, err := e.runtime.CompileModule(ctx, r.Module)
	if e.readOnly && isReadOnly(err) {
		// The code is compiled and in memory by now; only keeping it has failed.
		if shape.hasCode {
			e.misses.Add(1)
		}
		compiled, err = e.runtime.CompileModule(ctx, r.Module)
	}
	if err != nil {
		return nil, err
	}
	return &Code{shape: shape, compiled: compiled, yield: r.Import, counter: r.Counter, start: r.Start}, nil
}

func isReadOnly(err error) bool {
	return errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission)
}

// Code is a compiled core module; instances of it share the machine code.
type Code struct {
	shape    *shape // before it was instrumented
	compiled wazero.CompiledModule
	// yield is the name of the module from which instrumented code imports a way to Go, and counter that of
	// the global in which it counts down. Both are "" for other code.
	yield, counter string
	start          string // the name of the export that was the start function; "" if there is none
	mark           string // see mark.go; "" for code that is not a guest's
}

// Imports lists what the module imports, in order.
func (c *Code) Imports() []Import { return c.shape.imports }

// Export returns the extern that the module exports under a name.
func (c *Code) Export(name string) (Extern, bool) {
	x, ok := c.shape.exports[name]
	return x, ok
}

// Close releases the machine code once no instance uses it.
func (c *Code) Close(ctx context.Context) error { return c.compiled.Close(ctx) }

// Instantiate makes an instance of the module. The module's imports come from what provide returns for
// each module name. The module's start function runs; no other function does. A guest's work is counted by the
// meter that [WithMeter] has put into ctx, or else by one that nobody sees.
func (e *Engine) Instantiate(ctx context.Context, c *Code, provide func(module string) Module) (Module, error) {
	return e.instantiate(ctx, c, provide, anonymous)
}

func (e *Engine) instantiate(ctx context.Context, c *Code, provide func(module string) Module, config wazero.ModuleConfig) (Module, error) {
	var yield Module
	if c.yield != "" {
		var err error
		if yield, err = e.yieldModule(ctx); err != nil {
			return nil, err
		}
	}
	resolve := func(module string) api.Module {
		switch module {
		case c.yield:
			return bare(yield)
		case c.shape.emptyAlias:
			module = ""
		}
		return bare(provide(module))
	}
	end, err := prepay(ctx, c.shape.cost)
	if err != nil {
		return nil, err
	}
	inst, err := e.runtime.InstantiateModule(experimental.WithImportResolver(ctx, resolve), c.compiled, config)
	end()
	if err != nil {
		return nil, err
	}
	m := meterOf(ctx)
	if m != nil && c.counter != "" {
		m.watch(inst, inst.ExportedGlobal(c.counter).(Global))
	}
	if c.start == "" {
		return inst, nil
	}
	start := inst.ExportedFunction(c.start)
	if m != nil {
		err = m.Call(ctx, start, nil)
		m.DropStack(start)
	} else {
		err = start.CallWithStack(ctx, nil)
	}
	if err != nil {
		m.Forget([]Module{inst})
		_ = inst.Close(ctx) // the first error counts
		return nil, err
	}
	return inst, nil
}

// anonymous is the configuration of every instance: without a name, because names are global to the
// engine and modules find each other through the resolver, and without start functions by name. Instances have
// no use for the source of random numbers, but to make the usual one takes longer than the rest of an instance.
var anonymous = wazero.NewModuleConfig().WithName("").WithStartFunctions().WithRandSource(rand.Reader)

// HostFunc is a core function written in Go.
type HostFunc struct {
	Name string // as exported
	Type FuncType
	Code HostCode
}

// Host makes a module instance that exports functions written in Go.
func (e *Engine) Host(ctx context.Context, funcs []HostFunc) (Module, error) {
	b := e.runtime.NewHostModuleBuilder("host")
	for _, f := range funcs {
		b = b.NewFunctionBuilder().WithGoFunction(f.Code, f.Type.params, f.Type.results).WithName(f.Name).Export(f.Name)
	}
	compiled, err := b.Compile(ctx)
	if err != nil {
		return nil, err
	}
	m, err := e.runtime.InstantiateModule(ctx, compiled, anonymous)
	if err != nil {
		return nil, errors.Join(err, compiled.Close(ctx))
	}
	return &hostModule{m, compiled}, nil
}

// hostModule is an instance with machine code that nobody else uses: closing it releases the code, too.
type hostModule struct {
	Module
	code wazero.CompiledModule
}

func (h *hostModule) Close(ctx context.Context) error {
	return errors.Join(h.Module.Close(ctx), h.code.Close(ctx))
}

// bare returns the instance as wazero knows it.
func bare(m Module) api.Module {
	if h, ok := m.(*hostModule); ok {
		return h.Module
	}
	return m
}

// Reexport is one entry of a bundle: an export of an instance under a new name.
type Reexport struct {
	Name   string
	From   Module
	Export string
	Extern Extern
}

// Bundle is a module that exports externs of other instances. The same externs in the same order give the same
// module, so that its code can be kept for later.
func Bundle(entries []Reexport) (wasm []byte) { return writeBundle(entries) }

// InstantiateBundle makes an instance of [Bundle], whose code this is.
func (e *Engine) InstantiateBundle(ctx context.Context, c *Code, entries []Reexport) (Module, error) {
	return e.Instantiate(ctx, c, func(module string) Module { return entries[bundleIndex(module)].From })
}
