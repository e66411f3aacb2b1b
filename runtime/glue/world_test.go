package glue

import (
	"errors"
	"slices"
	"testing"
)

type greeter interface{ Greet() string }

type polite struct{}

func (polite) Greet() string { return "good day" }

// provideGreeter is what generated code has for a greeter, with the answer as the name of a function.
func provideGreeter(h greeter) Fixed {
	return Fixed{{Name: "a:b/greeter@1.2.0", Funcs: []Func{{Name: h.Greet()}}}}
}

type restOf func(*Process) ([]*Interface, error)

func (f restOf) Provide(p *Process) ([]*Interface, error) { return f(p) }

func names(list []*Interface) (out []string) {
	for _, i := range list {
		out = append(out, i.Name)
	}
	return out
}

func TestBundle(t *testing.T) {
	var none greeter
	p := &Process{}
	b := &Bundle{World: "a:b/w@1.2.0", Rest: restOf(func(got *Process) ([]*Interface, error) {
		if got != p {
			t.Error("the rest was asked for another process")
		}
		return []*Interface{{Name: "c:d/clock@0.2.9"}, {Name: "c:d/files@0.2.9"}, {Name: "a:b/greeter@1.2.0"}}, nil
	})}
	Offer(b, "a:b/greeter@1.2.0", greeter(polite{}), provideGreeter)
	Offer(b, "host", greeter(polite{}), provideGreeter)
	Offer(b, "c:d/clock@0.2.12", none, provideGreeter)
	b.Add("c:d/types@0.2.12", Fixed{{Name: "c:d/types@0.2.12"}})
	list, err := b.Interfaces(p)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a:b/greeter@1.2.0", "host", "c:d/types@0.2.12", "c:d/clock@0.2.9"}
	if !slices.Equal(names(list), want) || list[0].Funcs[0].Name != "good day" {
		t.Errorf("got %q, want %q", names(list), want)
	}
}

func TestBundleIncomplete(t *testing.T) {
	var none greeter
	jam := errors.New("paper jam")
	for _, tt := range []struct {
		name string
		rest Provider
		want string
	}{
		{"no rest", nil, "the World a:b/w has no implementation of\n    a:b/greeter@1.2.0\n    the functions of the world itself"},
		{"another rest", Fixed{{Name: "a:b/greeter@1.9.0"}}, "the World a:b/w has no implementation of\n    the functions of the world itself"},
		{"a rest that fails", restOf(func(*Process) ([]*Interface, error) { return nil, jam }), "paper jam"},
	} {
		b := &Bundle{World: "a:b/w", Rest: tt.rest}
		Offer(b, "a:b/greeter@1.2.0", none, provideGreeter)
		Offer(b, "", none, provideGreeter)
		list, err := b.Interfaces(nil)
		if err == nil || err.Error() != tt.want || list != nil {
			t.Errorf("%s: %v, %v", tt.name, list, err)
		}
	}
	b := &Bundle{Rest: restOf(func(*Process) ([]*Interface, error) { return nil, jam })}
	Offer(b, "a:b/greeter@1.2.0", greeter(polite{}), provideGreeter)
	if _, err := b.Interfaces(nil); err != nil {
		t.Errorf("the rest was asked for nothing: %v", err)
	}
}
