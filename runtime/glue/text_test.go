package glue

import "testing"

func TestText(t *testing.T) {
	cases := []string{"north", "south"}
	flags := []string{"read", "write", "exec"}
	for _, tt := range []struct{ got, want string }{
		{CaseName(cases, 1), "south"},
		{CaseName(cases, 2), "case(2)"},
		{FlagNames(flags, 0), "none"},
		{FlagNames(flags, 4), "exec"},
		{FlagNames(flags, 5), "read | exec"},
		{FlagNames(flags, 8), "none"},
		{Some(3).String(), "some(3)"},
		{None[int]().String(), "none"},
		{Fail("why").Error(), "why"},
		{Fail(Unit{}).Error(), "failed"},
		{Fail(Some("x")).Error(), "some(x)"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}
