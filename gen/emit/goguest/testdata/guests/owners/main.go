// A guest that defines counters and is given files.
package main

import (
	"outsider.test/app/gen/exports/test/guest/v1/auditors"
	"outsider.test/app/gen/exports/test/guest/v1/counters"
	"outsider.test/app/gen/test/guest/v1/files"
	"outsider.test/app/gen/test/guest/v1/owners"

	"github.com/witan-os/witan/guest"
)

func main() {}

func init() {
	owners.Export(owners.Exports{Counters: machine{}, Auditors: office{}})
}

var lost uint32

type counter struct{ n uint32 }

func (c *counter) Add(n uint32) uint32 {
	c.n += n
	return c.n
}

func (c *counter) Copy() guest.Own[counters.Counter] { return give(c.n) }

func (c *counter) Drop() { lost++ }

func give(n uint32) guest.Own[counters.Counter] {
	return guest.Give[counters.Counter](&counter{n})
}

func count(c counters.Counter) uint32 { return c.(*counter).n }

type machine struct{}

func (machine) NewCounter(start uint32) guest.Own[counters.Counter] { return give(start) }

func (machine) CounterMerge(into guest.Own[counters.Counter], other counters.Counter) (guest.Own[counters.Counter], error) {
	if into.Value().Add(count(other)) > 1000 {
		into.Drop()
		return guest.Own[counters.Counter]{}, guest.Fail("too much")
	}
	return into, nil
}

func (machine) Make(n uint32) []guest.Own[counters.Counter] {
	var list []guest.Own[counters.Counter]
	for i := range n {
		list = append(list, give(i))
	}
	return list
}

func (machine) Total(of []counters.Counter) (sum uint32) {
	for _, c := range of {
		sum += count(c)
	}
	return sum
}

func (machine) Swap(p counters.Pair) counters.Pair {
	if right, ok := p.Right.Get(); ok {
		p.Left, p.Right = right, guest.Some(p.Left)
	}
	p.Name += "!"
	return p
}

func (machine) Pick(c counters.Choice) counters.Choice {
	list, ok := c.AsMany()
	if !ok {
		return c
	}
	for _, rest := range list[1:] {
		rest.Drop()
	}
	return counters.ChoiceOne(list[0])
}

func (machine) Lost() uint32 { return lost }

type office struct{}

func (office) Audit(s auditors.Subject) uint32 { return count(s) }

func (office) Absorb(s guest.Own[auditors.Subject]) uint32 {
	n := count(s.Value())
	s.Drop()
	return n
}

func (office) Issue(start uint32) guest.Own[auditors.Subject] {
	unused := give(start)
	unused.Drop()
	return give(start)
}

// kept is what the guest must not use when a call is over.
var kept *auditors.File

func (office) Measure(f *auditors.File, others []*auditors.File) uint32 {
	sum := f.Size()
	for _, other := range others {
		sum += other.Size()
		other.Close()
	}
	kept = f
	return sum
}

func (office) Pass(f *auditors.File) *auditors.File { return f }

func (office) Misuse(what string) (text string) {
	defer func() { text, _ = recover().(string) }()
	switch what {
	case "over":
		kept.Size()
	case "closed":
		f := files.NewFile("a")
		f.Close()
		f.Close()
		f.Size()
	case "given away":
		f := files.NewFile("b")
		files.FileMerge(f, f)
	case "closed, in a list":
		f, g := files.NewFile("c"), files.NewFile("d")
		defer g.Close()
		f.Close()
		files.All([]*files.File{g, f})
	case "nil":
		files.All([]*files.File{nil})
	case "new":
		files.All([]*files.File{new(files.File)})
	case "own":
		c := give(1)
		c.Drop()
		c.Value()
	case "nothing":
		guest.Own[counters.Counter]{}.Value()
	}
	return ""
}
