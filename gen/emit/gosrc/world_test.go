package gosrc

import (
	"slices"
	"testing"

	"github.com/witan-os/witan/gen/model"
)

// TestWorldFields names the interfaces of a world, and then one more.
func TestWorldFields(t *testing.T) {
	pkg := func(namespace, name, version string) *model.Package {
		return &model.Package{Namespace: namespace, Name: name, Version: version}
	}
	own := pkg("demo", "app", "1.0.0")
	cli2, cli3, acme := pkg("wasi", "cli", "0.2.12"), pkg("wasi", "cli", "0.3.1"), pkg("acme", "cli", "0.3.1")
	random, config := pkg("wasi", "random", "0.2.12"), pkg("wasi", "config", "")
	w := &model.World{Scope: model.Scope{Package: own, Name: "service"}}
	item := func(p *model.Package, name string) *model.Item {
		return &model.Item{Interface: &model.Interface{Scope: model.Scope{Package: p, Name: name}}}
	}
	inPlace := item(own, "event-log")
	inPlace.Name, inPlace.Interface.World = "event-log", w
	store := item(config, "store")
	store.Name = "settings"
	items := []*model.Item{
		item(own, "http-cache"), item(own, "host"), inPlace, store,
		{Name: "f", Func: &model.Func{}},
		item(cli2, "stdin"), item(cli3, "stdin"), item(acme, "stdin"), item(random, "random"), item(random, "insecure"),
		item(config, "store"),
	}
	want := []string{
		"HTTPCache", "AppHost", "EventLog", "Settings",
		"CLIStdin", "CLIStdinV03", "AcmeCLIStdin", "Random", "RandomInsecure",
		"ConfigStore",
	}
	for n := range items {
		var got, keys []string
		for _, f := range WorldFields(w, items[:n+1], NewNames("Host", "Rest", "Provide")) {
			got = append(got, f.Name)
			keys = append(keys, f.Key)
		}
		if !slices.Equal(got, want[:len(got)]) {
			t.Errorf("the fields are %q, want %q", got, want[:len(got)])
		}
		if n == len(items)-1 && (len(got) != len(want) || keys[3] != "settings" || keys[4] != "wasi:cli/stdin@0.2.12") {
			t.Errorf("%d fields, for %q", len(got), keys)
		}
	}
}
