package threeway

import (
	"testing"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/threeway/testdata/generated/test/threeway/v1/seta"
	"github.com/witan-os/witan/gen/threeway/testdata/generated/test/threeway/v1/setb"
	"github.com/witan-os/witan/gen/threeway/testdata/generated/test/threeway/v1/setc"
	"github.com/witan-os/witan/gen/threeway/testdata/generated/test/threeway/v1/setd"
	"github.com/witan-os/witan/gen/threeway/testdata/generated/test/threeway/v1/sete"
	"github.com/witan-os/witan/gen/threeway/testdata/generated/test/threeway/v1/setf"
	"github.com/witan-os/witan/gen/threeway/testdata/generated/test/threeway/v1/setg"
	"github.com/witan-os/witan/gen/threeway/testdata/generated/test/threeway/v1/seth"
	"github.com/witan-os/witan/runtime/glue"
)

// set is an interface that was drawn, with its generated code.
type set struct {
	iface *model.Interface
	// forward makes a Client of a component that exports the interface, and a host of it that passes each call on
	// to the Client: lifted and lowered by generated code on both sides.
	forward forwarder
}

type forwarder func(callee *glue.Instance) (client any, host glue.Fixed, err error)

// forwards are the generated packages. A Client has the methods of the Host.
var forwards = map[string]forwarder{
	"set-a": forward(seta.Bind, func(c *seta.Client) glue.Fixed { return seta.Provide(c) }),
	"set-b": forward(setb.Bind, func(c *setb.Client) glue.Fixed { return setb.Provide(c) }),
	"set-c": forward(setc.Bind, func(c *setc.Client) glue.Fixed { return setc.Provide(c) }),
	"set-d": forward(setd.Bind, func(c *setd.Client) glue.Fixed { return setd.Provide(c) }),
	"set-e": forward(sete.Bind, func(c *sete.Client) glue.Fixed { return sete.Provide(c) }),
	"set-f": forward(setf.Bind, func(c *setf.Client) glue.Fixed { return setf.Provide(c) }),
	"set-g": forward(setg.Bind, func(c *setg.Client) glue.Fixed { return setg.Provide(c) }),
	"set-h": forward(seth.Bind, func(c *seth.Client) glue.Fixed { return seth.Provide(c) }),
}

func forward[C any](bind func(*glue.Instance) (C, error), provide func(C) glue.Fixed) forwarder {
	return func(callee *glue.Instance) (any, glue.Fixed, error) {
		client, err := bind(callee)
		if err != nil {
			return nil, nil, err
		}
		return client, provide(client), nil
	}
}

// loadSets reads the WIT that was drawn and finds the generated code for it.
func loadSets(t testing.TB) (list []*set) {
	t.Helper()
	for _, i := range loadWIT(t).Interfaces {
		if f := forwards[i.Name]; f != nil {
			list = append(list, &set{i, f})
		}
	}
	if len(list) != len(setNames) {
		t.Fatalf("there are %d sets in %s, not %d", len(list), witDir, len(setNames))
	}
	return list
}

// resourcesID is the interface of the resources that all sets use.
func (s *set) resourcesID() string {
	return (&model.Scope{Package: s.iface.Package, Name: "resources"}).ID()
}
