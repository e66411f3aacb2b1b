// Package wrap has boxes that each have one of the component behind this one inside.
package wrap

import (
	"runtime"

	"github.com/witan-os/witan/guest"
	"outsider.test/guest/gen/exports/test/roundtrip/v1/boxes"
	next "outsider.test/guest/gen/test/roundtrip/v1/boxes"
)

type box struct{ inside *next.Box }

var alive uint32

func (b *box) Text() string            { return b.inside.Text() }
func (b *box) Swap(text string) string { return b.inside.Swap(text) }

func (b *box) Drop() {
	b.inside.Close()
	alive--
}

type wrapper struct{}

func init() { boxes.Export(wrapper{}) }

func (wrapper) NewBox(text string) guest.Own[boxes.Box] {
	alive++
	return guest.Give[boxes.Box](&box{next.NewBox(text)})
}

func (wrapper) BoxJoin(a guest.Own[boxes.Box], b boxes.Box) guest.Own[boxes.Box] {
	runtime.GC()
	it := a.Value().(*box)
	it.inside = next.BoxJoin(it.inside, b.(*box).inside)
	return a
}

func (wrapper) Turn(all []guest.Own[boxes.Box]) []guest.Own[boxes.Box] {
	inside := make([]*next.Box, len(all))
	for i, b := range all {
		inside[i] = b.Value().(*box).inside
	}
	runtime.GC()
	inside = next.Turn(inside)
	turned := make([]guest.Own[boxes.Box], len(all))
	for i := range turned {
		turned[i] = all[len(all)-1-i]
		turned[i].Value().(*box).inside = inside[i]
	}
	return turned
}

func (wrapper) Full(all []boxes.Box) uint32 {
	inside := make([]*next.Box, len(all))
	for i, b := range all {
		inside[i] = b.(*box).inside
	}
	return next.Full(inside)
}

func (wrapper) Alive() uint32 { return alive + next.Alive() }
