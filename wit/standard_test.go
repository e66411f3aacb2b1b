package wit_test

// The packages under deps are the standard's: guests are compiled against the published
// files, so every token outside a comment must be the same as there, gates and versions
// included. Two comparisons look at that from different sides, the text and the model
// that the loader makes of it.

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/print"
)

// compareText reports how the declarations of got differ from those of want, file by
// file and token by token. It is empty if only comments and layout differ.
func compareText(want, got tree) string {
	return cmp.Diff(want, got, cmp.Transformer("tokens", func(tr tree) map[string][]string {
		files := map[string][]string{}
		for name, src := range tr {
			files[name] = lex(src).tokens
		}
		return files
	}))
}

func TestDeclarationsAreTheStandards(t *testing.T) {
	want := reference(t)
	if diff := compareText(want, counterpart(t, want)); diff != "" {
		t.Errorf("declarations differ (-published +ours):\n%s", diff)
	}
}

// edits are changes to our tree that a comparison has to notice.
var edits = []struct {
	name, file, old, new string
	textOnly             bool // the loader leaves it out of the model
}{
	{name: "gate version", file: "io/poll.wit", old: "@since(version = 0.2.0)\n    poll:", new: "@since(version = 0.2.1)\n    poll:"},
	{name: "gate feature", file: "clocks/timezone.wit", old: "feature = clocks-timezone", new: "feature = clocks"},
	{name: "unstable made stable", file: "sockets/network.wit", old: "@unstable(feature = network-error-code)\n    network-error-code", new: "@since(version = 0.2.0)\n    network-error-code"},
	{name: "deprecation dropped", file: "http/types.wit", old: "@deprecated(version = 0.2.2)", new: ""},
	{name: "gate on use", file: "io/streams.wit", old: "@since(version = 0.2.0)\n    use error", new: "use error"},
	{name: "gate on include", file: "cli/command.wit", old: "@since(version = 0.2.0)\n    include", new: "include", textOnly: true},
	{name: "case name", file: "filesystem/types.wit", old: "block-device,", new: "disk,"},
	{name: "field type", file: "clocks/wall-clock.wit", old: "nanoseconds: u32", new: "nanoseconds: u64"},
	{name: "ownership", file: "io/streams.wit", old: "src: borrow<input-stream>", new: "src: input-stream"},
	{name: "parameter name", file: "random/random.wit", old: "(len: u64)", new: "(length: u64)"},
	{name: "parameter order", file: "sockets/tcp.wit", old: "(network: borrow<network>, local-address: ip-socket-address)", new: "(local-address: ip-socket-address, network: borrow<network>)"},
	{name: "function dropped", file: "cli/exit.wit", old: "@since(version = 0.2.12)\n    exit-with-code: func(status-code: u8);", new: ""},
	{name: "world import", file: "random/world.wit", old: "import insecure-seed;", new: "export insecure-seed;"},
}

func TestTextComparisonNotices(t *testing.T) {
	ref := reference(t)
	ours := counterpart(t, ref)
	for _, e := range edits {
		t.Run(e.name, func(t *testing.T) {
			if compareText(ref, ours.with(t, e.file, e.old, e.new)) == "" {
				t.Error("the comparison does not notice")
			}
		})
	}
	t.Run("missing file", func(t *testing.T) {
		less := ours.with(t, "cli/run.wit", "run", "run")
		delete(less, "cli/run.wit")
		if compareText(ref, less) == "" {
			t.Error("the comparison does not notice")
		}
	})
	t.Run("comments and layout are free", func(t *testing.T) {
		reworded := ours.with(t, "cli/run.wit", "run: func() -> result;", "/* new */ run:func()\n->result ; // words")
		if diff := compareText(ref, reworded); diff != "" {
			t.Errorf("unexpected difference:\n%s", diff)
		}
	})
}

// meaning returns the canonical text of what the tree means, without its documentation.
func meaning(t *testing.T, tr tree) string {
	t.Helper()
	loaded := load(t, tr.write(t))
	eachDocs(loaded, func(_ string, docs *string) { *docs = "" })
	for _, p := range loaded.Packages {
		for _, w := range p.Worlds {
			for _, i := range append(w.Imports[:len(w.Imports):len(w.Imports)], w.Exports...) {
				i.Docs = "" // which need not have any
			}
		}
	}
	return print.Tree(loaded)
}

func TestModelIsTheStandards(t *testing.T) {
	ref := reference(t)
	ours := counterpart(t, ref)
	want := meaning(t, ref)
	if diff := cmp.Diff(want, meaning(t, ours)); diff != "" {
		t.Errorf("models differ (-published +ours):\n%s", diff)
	}
	for _, e := range edits {
		t.Run(e.name, func(t *testing.T) {
			noticed := meaning(t, ours.with(t, e.file, e.old, e.new)) != want
			if noticed == e.textOnly {
				t.Errorf("the comparison notices: %t, want %t", noticed, !e.textOnly)
			}
		})
	}
}
