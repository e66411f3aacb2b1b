package cli

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

// failing is a stream that takes nothing.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) {
	return 0, &fs.PathError{Op: "write", Path: "/dev/stdout", Err: f.err}
}

// TestOutputThatNobodyTakes tells a reader that has read enough from a full disk: of the first there is nothing to say.
func TestOutputThatNobodyTakes(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"docs"}} {
		inProject(t, map[string]string{"wit/a.wit": "package a:b;\n"})
		for _, c := range []struct {
			err  error
			want string
		}{{syscall.EPIPE, ""}, {errors.New("the disk is full"), "witgen: write /dev/stdout: the disk is full\n"}} {
			var stderr bytes.Buffer
			if code := Main(args, strings.NewReader(""), failing{c.err}, &stderr); code != Bad || stderr.String() != c.want {
				t.Errorf("%v, %v: exit code %d, %q, want %d, %q", args, c.err, code, stderr.String(), Bad, c.want)
			}
		}
	}
}
