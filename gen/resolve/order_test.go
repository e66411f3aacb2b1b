package resolve_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/corpus"
)

// object is a JSON object in its order.
type object[T any] []member[T]

type member[T any] struct {
	name  string
	value T
}

func (o *object[T]) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		m := member[T]{name: name.(string)}
		if err := d.Decode(&m.value); err != nil {
			return err
		}
		*o = append(*o, m)
	}
	return nil
}

// printed is the part of a resolve in the reference's JSON that is compared here.
type printed struct {
	Packages []struct {
		Name               string
		Docs               docs
		Interfaces, Worlds object[int]
	}
	Interfaces []struct {
		Name      string
		Docs      docs
		Types     object[int]
		Functions object[struct{ Docs docs }]
		Package   int
	}
	Worlds []struct {
		Name             string
		Docs             docs
		Imports, Exports object[struct {
			Interface struct {
				ID   *int
				Docs docs
			}
		}]
	}
	Types []struct {
		Name string
		Docs docs
	}
}

type docs struct{ Contents string }

// outline is what a tree has in it, as lines of text, in order.
type outline struct{ strings.Builder }

func (o *outline) line(depth int, name, docs string) {
	o.WriteString(strings.Repeat("  ", depth) + name)
	if docs != "" {
		o.WriteString(" // " + strings.ReplaceAll(docs, "\n", "|"))
	}
	o.WriteByte('\n')
}

func outlinePrinted(p *printed) string {
	var o outline
	inside := func(id int, depth int) {
		i := p.Interfaces[id]
		for _, t := range i.Types {
			o.line(depth, t.name, p.Types[t.value].Docs.Contents)
		}
		for _, f := range i.Functions {
			o.line(depth, f.name, f.value.Docs.Contents)
		}
	}
	for _, pkg := range p.Packages {
		o.line(0, pkg.Name, pkg.Docs.Contents)
		for _, i := range pkg.Interfaces {
			o.line(1, i.name, p.Interfaces[i.value].Docs.Contents)
			inside(i.value, 2)
		}
		for _, w := range pkg.Worlds {
			world := p.Worlds[w.value]
			o.line(1, w.name, world.Docs.Contents)
			for i, items := range []object[struct {
				Interface struct {
					ID   *int
					Docs docs
				}
			}]{world.Imports, world.Exports} {
				side := []string{"import ", "export "}[i]
				for _, item := range items {
					id := item.value.Interface.ID
					switch {
					case id == nil:
						o.line(2, side+item.name, "")
					case strings.HasPrefix(item.name, "interface-"):
						i := p.Interfaces[*id]
						name, version, _ := strings.Cut(p.Packages[i.Package].Name, "@")
						if version != "" {
							version = "@" + version
						}
						o.line(2, side+name+"/"+i.Name+version, item.value.Interface.Docs.Contents)
					default:
						o.line(2, side+item.name, item.value.Interface.Docs.Contents+p.Interfaces[*id].Docs.Contents)
						if p.Interfaces[*id].Name == "" {
							inside(*id, 3)
						}
					}
				}
			}
		}
	}
	return o.String()
}

func outlineTree(tree *model.Tree) string {
	var o outline
	inside := func(i *model.Interface, depth int) {
		for _, t := range i.Types {
			o.line(depth, t.Name, t.Docs)
		}
		for _, f := range i.Funcs {
			o.line(depth, f.Name, f.Docs)
		}
	}
	for _, p := range tree.Packages {
		o.line(0, p.ID(), p.Docs)
		for _, i := range p.Interfaces {
			o.line(1, i.Name, i.Docs)
			inside(i, 2)
		}
		for _, w := range p.Worlds {
			o.line(1, w.Name, w.Docs)
			for n, items := range [][]*model.Item{w.Imports, w.Exports} {
				side := []string{"import ", "export "}[n]
				for _, i := range items {
					docs := i.Docs
					if i.Interface != nil && i.Name != "" {
						docs += i.Interface.Docs
					}
					o.line(2, side+i.Key(), docs)
					if i.Interface != nil && i.Interface.World != nil {
						inside(i.Interface, 3)
					}
				}
			}
		}
	}
	return o.String()
}

// TestCorpusOrder compares names, documentation and order with what the reference implementation prints.
func TestCorpusOrder(t *testing.T) {
	compared := 0
	for _, s := range suites {
		dir := filepath.Join(corpus.Dir(t), "wit", s.folder)
		for name, load := range s.packages(t, dir) {
			data, err := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(name, ".wit")+".wit.json"))
			if err != nil || unsupported[s.folder+"/"+name] != "" {
				continue
			}
			tree, err := load(s.opt)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			var p printed
			if err := json.Unmarshal(data, &p); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			compared++
			if diff := cmp.Diff(outlinePrinted(&p), outlineTree(tree)); diff != "" {
				t.Errorf("%s (-reference +got):\n%s", name, diff)
			}
		}
	}
	if compared < 80 {
		t.Errorf("only %d packages have a recorded resolve", compared)
	}
	t.Logf("%d packages are in the reference's order", compared)
}
