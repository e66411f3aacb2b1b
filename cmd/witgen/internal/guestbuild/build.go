package guestbuild

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/print"
)

// Result is what building a guest gives.
type Result struct {
	Component []byte
	Warnings  string // what the compiler had to say nevertheless, for people
	Doubt     string // as [Doubt] has it
}

// Build makes the component. It is the same for the same source, world and compiler. The error is a [CompileError] if
// the compiler refuses the source.
func (g *Guest) Build(ctx context.Context) (r *Result, err error) {
	k, err := g.openKept(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	if err := k.dropBroken(); err != nil {
		return nil, err
	}
	r = new(Result)
	g.opt.Progress("compiling %s", g.Name)
	if r.Warnings, err = g.compile(ctx, k); err != nil {
		return nil, err
	}
	module, err := files.Read(k.path(moduleFile))
	if err != nil {
		return nil, err
	}
	r.Doubt = Doubt(module, g.opt.Wrap)
	r.Component, err = g.component(k, module)
	return r, err
}

// compile makes the core module in the kept directory.
func (g *Guest) compile(ctx context.Context, k *kept) (warnings string, err error) {
	if g.Language == C {
		return g.compileC(ctx, k.path(moduleFile))
	}
	return "", g.compileGo(ctx, k.path(moduleFile), k.dir)
}

// component wraps the core module, unless that has been done already.
func (g *Guest) component(k *kept, module []byte) ([]byte, error) {
	inputs, err := g.inputs(module)
	if err != nil {
		return nil, err
	}
	if have, ok := k.component(inputs); ok {
		return have, nil
	}
	done := record{Module: sum(module)}
	if err := k.setRecord(done); err != nil {
		return nil, err
	}
	g.opt.Progress("making a component of %s (%d KB)", g.Name, len(module)>>10)
	made, err := Wrap(module, g.World, g.opt.Wrap)
	if err != nil {
		return nil, g.misfit(module, err)
	}
	done.Inputs, done.Component = inputs, sum(made)
	return made, errors.Join(files.WriteBytes(k.path(componentFile), made), k.setRecord(done))
}

// misfit says why no component can be made of the core module.
func (g *Guest) misfit(module []byte, err error) error {
	if g.Language == Go && g.World != nil && errors.As(err, new(*componentize.Error)) {
		if missing := missingInGo(module, g.World); missing != nil {
			return missing
		}
	}
	return fmt.Errorf("%s: %w", g.Name, err)
}

// inputs is a hash of all that the component depends on.
func (g *Guest) inputs(module []byte) (string, error) {
	who, err := self()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	writeParts(h, who, sum(module), string(g.opt.Wrap.Exit))
	if g.World != nil {
		writeParts(h, "world", g.World.ID(), print.Tree(g.tree))
	}
	for _, a := range g.opt.Wrap.Adapters {
		writeParts(h, "adapter", a.Name, string(a.Module))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
