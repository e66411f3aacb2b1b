package compose_test

import (
	"testing"

	"github.com/witan-os/witan/gen/compose"
	"github.com/witan-os/witan/runtime/component"
)

// FuzzLink composes what may be components. What comes out must be one.
func FuzzLink(f *testing.F) {
	user := idle(f, types+`world w { use more.{pair}; import base; export run: func(p: pair); }`)
	maker := idle(f, types+`world w { import here: interface { f: func(); } export base; export more; }`)
	f.Add(user, maker, "")
	f.Add(user, maker, "t:types/base")
	f.Add(maker, user, "here")
	f.Add(user, user, "t:types")
	f.Fuzz(func(t *testing.T, app, other []byte, name string) {
		file, err := compose.Link(dep("app", app), compose.Part{Name: "other", For: name, Component: other})
		if err != nil {
			return
		}
		if _, err := component.Decode(file); err != nil {
			t.Error(err)
		}
	})
}
