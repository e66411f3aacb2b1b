package link

import "testing"

func TestTrack(t *testing.T) {
	for _, c := range []struct{ version, want string }{
		{"1.2.3", "1"},
		{"10.0.0", "10"},
		{"0.2.12", "0.2"},
		{"0.0.3", "0.0.3"},
		{"0.0.0", "0.0.0"},
		{"0.2.0-rc-2023-11-10", "0.2.0-rc-2023-11-10"},
		{"1.2.3+build.7", "1"},
		{"0.2", "0.2"},
	} {
		if got := Track(c.version); got != c.want {
			t.Errorf("Track(%q) = %q, want %q", c.version, got, c.want)
		}
	}
}

func TestSet(t *testing.T) {
	var s Set[int]
	s.Add("wasi:io/poll@0.2.12", 1)
	s.Add("wasi:io/poll@0.2.3", 2)
	s.Add("demo:plain/iface", 3)
	for _, c := range []struct {
		name string
		want int
	}{
		{"wasi:io/poll@0.2.0", 2}, // the later one replaces
		{"wasi:io/poll@0.2", 2},
		{"wasi:io/poll@0.3.0", 0},
		{"wasi:io/poll", 0},
		{"demo:plain/iface", 3},
		{"demo:plain/other", 0},
	} {
		if got, ok := s.Get(c.name); got != c.want || ok != (c.want != 0) {
			t.Errorf("Get(%q) = %d, %v, want %d", c.name, got, ok, c.want)
		}
	}
	for _, c := range []struct{ name, want string }{
		{"wasi:io/poll@0.3.0", "there is wasi:io/poll@0.2.3, of another semver track"},
		{"wasi:io/streams@0.2.0", "of that package there is wasi:io/poll@0.2.3"},
		{"other:pkg/x@1.0.0", ""},
	} {
		if got := s.Hint(c.name); got != c.want {
			t.Errorf("Hint(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}
