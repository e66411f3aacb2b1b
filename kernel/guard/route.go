package guard

import (
	"sync"

	"github.com/witan-os/witan/runtime/glue"
)

// This file finds the provider's functions. Each has a number, under which every life of the provider keeps it once
// it is resolved: a call looks nothing up.

// route names an exported function.
type route struct{ iface, name string }

// routes numbers the functions of a provider that clients are linked to.
type routes struct {
	mu      sync.Mutex
	list    []route
	numbers map[route]int
}

func (r *routes) number(to route) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n, ok := r.numbers[to]
	if !ok {
		if r.numbers == nil {
			r.numbers = map[route]int{}
		}
		n = len(r.list)
		r.list = append(r.list, to)
		r.numbers[to] = n
	}
	return n
}

func (r *routes) at(n int) (to route, count int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.list[n], len(r.list)
}

// export is the function as a life of the provider has it.
func (f *function) export(life *Life) (*glue.Export, error) {
	if f.number < len(life.exports) && life.exports[f.number] != nil {
		return life.exports[f.number], nil
	}
	to, count := f.provider.routes.at(f.number)
	e, err := f.resolve(life, to)
	if err != nil {
		return nil, err
	}
	if count > len(life.exports) {
		life.exports = append(life.exports, make([]*glue.Export, count-len(life.exports))...)
	}
	life.exports[f.number] = e
	return e, nil
}

// resolve finds an export, with holders for the resources that the provider defines.
func (f *function) resolve(life *Life, to route) (*glue.Export, error) {
	e, err := life.instance.Func(to.iface, to.name)
	if err != nil {
		return nil, err
	}
	_, resources := e.Type().Outline()
	var holders []glue.Holder
	for _, r := range resources {
		holders = append(holders, glue.Holder{Type: r, Hold: life.hold})
	}
	b := life.instance.Bind(to.iface, holders...)
	e = b.Func(to.name, e.Type().String())
	return e, b.Err()
}
