package metal

import "testing"

func TestInsideImage(t *testing.T) {
	for path, want := range map[string]string{
		"/image":        "",
		"/image/":       "",
		"/image//a/b//": "a/b",
		"/image/a":      "a",
		"/image/../etc": "../etc",
		"/images":       "outside",
		"/imag":         "outside",
		"image/a":       "outside",
		"":              "outside",
		"/etc/image/a":  "outside",
	} {
		got, ok := insideImage([]byte(path))
		if ok != (want != "outside") || ok && string(got) != want {
			t.Errorf("%q: %q, %v; want %q", path, got, ok, want)
		}
	}
}
