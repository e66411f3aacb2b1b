package metal

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestWaitTableModel(t *testing.T) {
	// Two keys of these share a bucket, whatever the hash is.
	keys := []uintptr{waitEvents, waitInput, 0xc000_0000_0010, 0xc000_0000_0014}
	for key := uintptr(8); len(keys) == 4; key += 4 {
		if bucketOf(key) == bucketOf(keys[2]) {
			keys = append(keys, key)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		w := new(waitTable)
		model := map[uintptr][]int{}
		waits := map[int]uintptr{}
		id := rapid.IntRange(1, 20)
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				for _, key := range keys {
					var got []int
					for i := w.first(key); i != noThread; i = w.after(i) {
						got = append(got, i)
					}
					if !slices.Equal(got, model[key]) {
						t.Fatalf("%v wait for %#x, want %v", got, key, model[key])
					}
				}
			},
			"add": func(t *rapid.T) {
				i, key := id.Draw(t, "thread"), rapid.SampledFrom(keys).Draw(t, "key")
				if waits[i] == waitNothing {
					w.add(i, key)
					model[key] = append(model[key], i)
					waits[i] = key
				}
			},
			"remove": func(t *rapid.T) {
				i := id.Draw(t, "thread")
				w.remove(i)
				model[waits[i]] = slices.DeleteFunc(slices.Clone(model[waits[i]]), func(o int) bool { return o == i })
				waits[i] = waitNothing
			},
		})
	})
}
