package tomlfile

import (
	"testing"

	"github.com/BurntSushi/toml"
)

// FuzzPlaces finds the places of all keys that the library reads, and where they are, their names.
func FuzzPlaces(f *testing.F) {
	for _, seed := range []string{
		"a = 1\n[b.c]\nd.e = [1, 2]\n[[f]]\ng = {h = 'i', j.k = 2}\n[[f]]\n[f.l]\nm = 1\n",
		"a = [{b = 1}, [{c = 2}]]\n", "'x.y'.\"\\u00e9\" = \"\"\"\"two\"\" quotes\"\"\"\"\"\n", "\ufeffa = '''''b'''''", "a=1#b\n#c\nd=2",
		"a = [ # [\n 'x', # ]\n]\nb = { c = \"}\", 'd' = 1 }", "[ a . 'b' ]\r\nc = 1979-05-27 07:32:00 # d\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, deep := places(text)
		if deep != nil || len(text) > MaxSize {
			return
		}
		var values map[string]any
		md, err := toml.Decode(text, &values)
		if err != nil {
			return
		}
		for _, key := range md.Keys() {
			if !hasKey(root, text, key) {
				t.Errorf("%q has no place", key)
			}
		}
	})
}

// hasKey reports whether a key is found, in a table or in the elements of an array.
func hasKey(p *place, text string, key toml.Key) bool {
	if len(key) == 0 {
		return true
	}
	for _, item := range p.items {
		if hasKey(item, text, key) {
			return true
		}
	}
	f, ok := p.fields[key[0]]
	if !ok {
		return false
	}
	written := text[f.key.start:f.key.end]
	return (written == key[0] || unquote(written) == key[0]) && hasKey(f, text, key[1:])
}
