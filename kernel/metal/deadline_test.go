package metal

import (
	"testing"

	"pgregory.net/rapid"
)

func TestDeadlineHeapModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := new(deadlineHeap)
		model := map[int]uint64{}
		id := rapid.IntRange(0, 20)
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				got, when, ok := h.first()
				if ok != (len(model) > 0) || h.n != len(model) {
					t.Fatalf("%d deadlines, want %d", h.n, len(model))
				}
				for other, w := range model {
					if !h.has(other) {
						t.Fatalf("%d has no deadline", other)
					}
					if w < when {
						t.Fatalf("first is %d at %d, but %d is at %d", got, when, other, w)
					}
				}
				if ok && model[got] != when {
					t.Fatalf("%d is at %d, want %d", got, when, model[got])
				}
			},
			"set": func(t *rapid.T) {
				i := id.Draw(t, "thread")
				if _, there := model[i]; !there {
					model[i] = rapid.Uint64Range(0, 50).Draw(t, "when")
					h.set(i, model[i])
				}
			},
			"clear": func(t *rapid.T) {
				i := id.Draw(t, "thread")
				delete(model, i)
				h.clear(i)
			},
		})
	})
}

func TestDeadlineHeapFull(t *testing.T) {
	h := new(deadlineHeap)
	for i := range maxThreads {
		h.set(i, uint64(maxThreads-i))
	}
	for want := maxThreads - 1; want >= 0; want-- {
		id, _, ok := h.first()
		if !ok || id != want {
			t.Fatalf("first is %d, %v; want %d", id, ok, want)
		}
		h.clear(id)
	}
}
