package docs_test

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/docs"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/testutil"
)

func load(t *testing.T, dir string) *model.Tree {
	t.Helper()
	tree, err := resolve.Load(dir, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func render(t *testing.T, f docs.Format, p docs.Page) []byte {
	t.Helper()
	out, err := f.Render(p)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestGolden(t *testing.T) {
	page := docs.Root(load(t, "testdata/wit"))
	for _, f := range []docs.Format{docs.Markdown, docs.HTML} {
		testutil.Golden(t, filepath.Join("testdata", "shop"+f.Extension), render(t, f, page))
	}
}

var (
	hrefs   = regexp.MustCompile(`href="([^"]*)"`)
	ids     = regexp.MustCompile(` id="([^"]*)"`)
	mdLinks = regexp.MustCompile("`\\]\\(([^)]*)\\)")
	mdIDs   = regexp.MustCompile(`<a id="([^"]*)"></a>`)
)

// TestLinksLeadSomewhere follows every link between the pages of a tree, and finds each anchor once.
func TestLinksLeadSomewhere(t *testing.T) {
	for _, dir := range []string{"testdata/wit", "../../wit"} {
		pages := docs.Pages(load(t, dir))
		for _, f := range []struct {
			docs.Format
			links, ids *regexp.Regexp
		}{{docs.Markdown, mdLinks, mdIDs}, {docs.HTML, hrefs, ids}} {
			anchors := map[string]bool{}
			for _, p := range pages {
				anchors[p.Name+f.Extension] = true
				for _, m := range f.ids.FindAllSubmatch(render(t, f.Format, p), -1) {
					at := p.Name + f.Extension + "#" + string(m[1])
					if anchors[at] {
						t.Errorf("%s is there twice", at)
					}
					anchors[at] = true
				}
			}
			links := 0
			for _, p := range pages {
				for _, m := range f.links.FindAllSubmatch(render(t, f.Format, p), -1) {
					to := string(m[1])
					switch {
					case strings.HasPrefix(to, "https://"):
						continue
					case strings.HasPrefix(to, "#"):
						to = p.Name + f.Extension + to
					}
					links++
					if !anchors[to] {
						t.Errorf("%s%s: a link to %s leads nowhere", p.Name, f.Extension, to)
					}
				}
			}
			if links == 0 {
				t.Errorf("%s has no links as %s", dir, f.Extension)
			}
		}
	}
}

func TestIndexListsAllPackages(t *testing.T) {
	tree := load(t, "../../wit")
	index := string(render(t, docs.Markdown, docs.Pages(tree)[0]))
	for _, p := range tree.Packages {
		if !strings.Contains(index, "[`"+p.ID()+"`]") {
			t.Errorf("%s is not in the index", p.ID())
		}
	}
}

// TestWordsOfAuthorsStayWords feeds documentation that tries to be more.
func TestWordsOfAuthorsStayWords(t *testing.T) {
	p := docs.Page{Name: "p", Title: "<script>", Docs: "<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n<img src=x onerror=alert(1)>"}
	for _, bad := range []string{"<script", "javascript:", "<img"} {
		if out := render(t, docs.HTML, p); bytes.Contains(out, []byte(bad)) {
			t.Errorf("%q got into the page:\n%s", bad, out)
		}
	}
}

// TestWhatLooksLikeHTMLIsText renders types that an author did not put between backquotes, and markup.
func TestWhatLooksLikeHTMLIsText(t *testing.T) {
	const words = `Returns a list<u8>, or option<list<string>>; \<b> was escaped.
<b onclick="x()">Bold</b> and ` + "`result<u8>`" + `, see <https://example.com>.

<script>
alert(1) // <i>
</script>

    code<u8>

<!-- a <b>
remark -->`
	page := docs.Page{Name: "p", Title: "p", Docs: words}
	html := string(render(t, docs.HTML, page))
	for _, want := range []string{
		"a list&lt;u8&gt;, or option&lt;list&lt;string&gt;&gt;; &lt;b&gt; was", "&lt;b onclick=&quot;x()&quot;&gt;Bold&lt;/b&gt; and <code>result&lt;u8&gt;</code>",
		`<a href="https://example.com">`, "&lt;script&gt;\nalert(1) // &lt;i&gt;\n&lt;/script&gt;", "<code>code&lt;u8&gt;", "&lt;!-- a &lt;b&gt;\nremark --&gt;",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("HTML has no %s", want)
		}
	}
	md := string(render(t, docs.Markdown, page))
	for _, want := range []string{`a list\<u8>, or option<list\<string>>; \<b> was`, "`result<u8>`, see <https://example.com>", `\<script>`, "    code<u8>"} {
		if !strings.Contains(md, want) {
			t.Errorf("Markdown has no %s", want)
		}
	}
	if t.Failed() {
		t.Logf("%s\n%s", html, md)
	}
}
