package componentize

import (
	"strings"

	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

func isPayloadOp(op component.BuiltinOp) bool {
	return op >= component.StreamNew && op <= component.FutureDropWritable
}

// payload finds the stream or future type that a built-in is about.
func (u *use) payload(b *builtin) bool {
	stream := strings.HasPrefix(u.id.Op.String(), "stream.")
	b.item, b.payload = u.root, unit(stream)
	if u.id.Payload != corename.Unit {
		in := u.item()
		if in == nil {
			return false
		}
		fn := u.lookup(in)
		if fn == nil {
			return false
		}
		found := u.asyncTypes(in, fn)
		if u.id.Payload >= len(found) || (found[u.id.Payload].typ.Kind == abi.Stream) != stream {
			u.fail(fn.Place, "of the streams and futures in the type of %s, number %d is none of that kind", fn.Base, u.id.Payload)
			return false
		}
		b.item, b.payload = found[u.id.Payload].in, found[u.id.Payload].typ
		u.useType(b.item, b.payload)
	}
	switch u.id.Op {
	case component.StreamRead, component.FutureRead, component.StreamWrite, component.FutureWrite:
		return u.transfer(b)
	case component.StreamCancelRead, component.StreamCancelWrite, component.FutureCancelRead, component.FutureCancelWrite:
		b.def.Async = u.id.Async
	}
	return true
}

// transfer sets the options of a built-in that moves elements. What is read may need space beside that of the element.
func (u *use) transfer(b *builtin) bool {
	b.def.Options.Async, b.def.Options.Encoding = u.id.Async, u.of.encoding
	elem := b.payload.Elem
	read := u.id.Op == component.StreamRead || u.id.Op == component.FutureRead
	return u.lend(b, elem != nil, read && elem != nil && elem.ABI.HasPointer())
}

// unit is the stream or future that carries nothing.
func unit(stream bool) *model.Type {
	if stream {
		return &model.Type{Kind: abi.Stream}
	}
	return &model.Type{Kind: abi.Future}
}

// typeIn is a type with the item in which its names are to be looked up.
type typeIn struct {
	in  *item
	typ *model.Type
}

// asyncTypes lists the streams and futures in the type of a function: those inside of another one before it, and
// otherwise in the order in which they are written. The names of core functions count them like that.
func (m *matcher) asyncTypes(in *item, fn *model.Func) []typeIn {
	if found, ok := m.async[called{in, fn}]; ok {
		return found
	}
	w := &asyncWalk{contract: m.contract}
	for _, p := range fn.Params {
		w.use(in, p.Type)
	}
	w.use(in, fn.Result)
	m.async[called{in, fn}] = w.found
	return w.found
}

type asyncWalk struct {
	*contract
	found []typeIn
	steps int
}

// maxAsyncWalk bounds the parts that are looked at. Types share parts, and every use of one counts.
const maxAsyncWalk = 1 << 16

func (w *asyncWalk) use(in *item, t *model.Type) {
	if w.steps++; t == nil || w.steps > maxAsyncWalk || t.ABI == nil || !t.ABI.HasAsync() {
		return
	}
	d := t.Alias
	if d == nil {
		d = t.Def
	}
	for d != nil {
		at, def := w.resolve(in, d)
		if at == nil {
			return
		}
		in, t, d = at, def.Type, def.Target()
	}
	w.parts(in, t)
}

func (w *asyncWalk) parts(in *item, t *model.Type) {
	w.use(in, t.Key)
	w.use(in, t.Elem)
	for _, f := range t.Fields {
		w.use(in, f.Type)
	}
	for _, c := range t.Cases {
		w.use(in, c.Type)
	}
	if t.Kind == abi.Stream || t.Kind == abi.Future {
		w.found = append(w.found, typeIn{in, t})
	}
}
