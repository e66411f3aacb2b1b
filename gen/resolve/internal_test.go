package resolve

import (
	"slices"
	"testing"

	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

func TestCompareVersions(t *testing.T) {
	ordered := []string{
		"", "0.0.1", "0.2.0-alpha", "0.2.0-alpha.1", "0.2.0-alpha.beta", "0.2.0-beta", "0.2.0-beta.2", "0.2.0-beta.11", "0.2.0-rc.1", "0.2.0",
		"0.2.0+1", "0.2.0+2", "0.2.9", "0.2.10", "0.10.0", "1.0.0", "18446744073709551615.0.0",
	}
	for i, a := range ordered {
		for j, b := range ordered {
			got := compareVersions(a, b)
			if (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("%q and %q: got %d", a, b, got)
			}
		}
	}
}

func TestClosest(t *testing.T) {
	names := []string{"streams", "stream", "input-stream", "poll", "pool"}
	for name, want := range map[string]string{
		"steams": "streams", "stream": "streams", "STREAMS": "streams", "pol": "poll", "input-steam": "input-stream", "x": "", "network": "",
	} {
		if got := newResolver(Options{}).closest(name, slices.Values(names)); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestDocs(t *testing.T) {
	for _, tt := range []struct{ name, comments, want string }{
		{"none", "", ""},
		{"one line", "/// One.\n", "One."},
		{"indentation is kept", "/// One:\n///   two\n///\n///\tthree\n", "One:\n  two\n\n\tthree"},
		{"the common blanks go", "///  One\n///\n///   two  \n", "One\n\n two"},
		{"no blanks", "///One\n/// two\n", "One\n two"},
		{"any comment counts", "// One\n//// two\n", "One\ntwo"},
		{"a block", "/** One\n  two */\n", "One\n  two"},
		{"a plain block", "/* one */\n", "* one */"},
		{"the shortest block", "/**/\n", "**/"},
		{"empty lines at the end", "/// One\n///\n///\n", "One"},
		{"carriage returns", "/** One\r\ntwo */\r\n/// three\r\n", "One\ntwo\nthree"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files, list := syntax.Parse(diag.NewSource("a.wit", tt.comments+"package a:b;"))
			if list.Err() != nil {
				t.Fatal(list.Err())
			}
			if got := text(files[0].Package.Docs); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestInOrder(t *testing.T) {
	for _, tt := range []struct {
		name    string
		needs   [][]int
		order   []int
		circles [][]int
	}{
		{name: "nothing"},
		{name: "as they are", needs: [][]int{{}, {}, {0}}, order: []int{0, 1, 2}},
		{name: "the first that can be", needs: [][]int{{3}, {}, {0}, {}}, order: []int{1, 3, 0, 2}},
		{name: "the same twice", needs: [][]int{{1, 1}, {}}, order: []int{1, 0}},
		{name: "itself", needs: [][]int{{0}, {0}}, order: []int{1}, circles: [][]int{{0}}},
		{name: "behind a way into it", needs: [][]int{{2}, {2}, {3}, {1}, {}}, order: []int{4, 0}, circles: [][]int{{1, 2, 3}}},
		{name: "two circles", needs: [][]int{{1}, {0, 2}, {3}, {2}}, circles: [][]int{{0, 1}, {2, 3}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			edges := make([][]edge[string], len(tt.needs))
			for i, to := range tt.needs {
				for _, j := range to {
					edges[i] = append(edges[i], edge[string]{j, string(rune('0'+i)) + string(rune('0'+j))})
				}
			}
			order, circles := inOrder(edges)
			if !slices.Equal(order, tt.order) || len(circles) != len(tt.circles) {
				t.Fatalf("got %v and %v, want %v and %v", order, circles, tt.order, tt.circles)
			}
			for i, c := range circles {
				second := c.nodes[min(1, len(c.nodes)-1)]
				if !slices.Equal(c.nodes, tt.circles[i]) || c.at != string(rune('0'+c.nodes[0]))+string(rune('0'+second)) {
					t.Errorf("got circle %v at %s, want %v", c.nodes, c.at, tt.circles[i])
				}
			}
		})
	}
}
