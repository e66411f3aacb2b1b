package image

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/cmd/witgen/internal/guestbuild"
	"github.com/witan-os/witan/gen/actor"
	"github.com/witan-os/witan/internal/coremodule"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/vm"
)

// part is a component of the manifest.
type part struct {
	name, file string
	wasm       []byte
	module     bool              // a core module that speaks WASI 0.1, for a system without processes
	described  *policy.Component // what the plan knows of it; nil without a plan
}

// parts reads the components of the manifest, and builds those that are directories.
func (o Options) parts(ctx context.Context, m *manifest.Manifest, dir string) ([]part, error) {
	list := make([]part, len(m.Components))
	for i, c := range m.Components {
		p := part{name: c.Name, file: c.File}
		if !filepath.IsAbs(p.file) {
			p.file = filepath.Join(dir, p.file)
		}
		var err error
		if p.wasm, err = o.read(ctx, p.file); err != nil {
			return nil, fmt.Errorf("component %s: %w", c.Name, err)
		}
		if err := p.wrap(len(m.Processes) > 0); err != nil {
			return nil, fmt.Errorf("%s: %w", p.file, err)
		}
		list[i] = p
	}
	return list, nil
}

// read reads a component or core module, or builds the one whose source is in a directory.
func (o Options) read(ctx context.Context, name string) ([]byte, error) {
	if files.IsDir(name) {
		return o.BuildGuest(ctx, name)
	}
	return files.Read(name)
}

// wrap makes a component of an actor and, for a system with processes, of any core module: only a component says what
// it imports.
func (p *part) wrap(processes bool) error {
	kind, err := vm.Sniff(p.wasm)
	if err != nil || kind != vm.KindModule {
		return err
	}
	m, err := coremodule.Read(p.wasm)
	if err != nil {
		return err
	}
	if !processes && !actor.Is(m) {
		p.module = true
		return nil
	}
	p.wasm, err = guestbuild.Wrap(p.wasm, nil, guestbuild.WrapOptions{})
	return err
}

// plan resolves a manifest with processes for bare metal, and describes the parts. It is nil for one without.
func (o Options) plan(m *manifest.Manifest, parts []part) (*policy.Plan, error) {
	if len(m.Processes) == 0 {
		return nil, nil
	}
	in := policy.Inputs{Metal: true, Components: map[string]*policy.Component{}}
	for i := range parts {
		p := &parts[i]
		decoded, err := component.Decode(p.wasm)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.file, err)
		}
		p.described = policy.Describe(decoded)
		in.Components[p.name] = p.described
	}
	plan, err := policy.Resolve(m, in)
	if err != nil {
		return nil, err
	}
	if len(plan.Warnings.Items) > 0 {
		o.Warn(plan.Warnings)
	}
	return plan, nil
}
