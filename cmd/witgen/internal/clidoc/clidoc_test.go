package clidoc_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/cmd/witgen/internal/cli"
	"github.com/witan-os/witan/cmd/witgen/internal/clidoc"
	"github.com/witan-os/witan/internal/testutil"
)

const path = "../../../../docs/CLI.md"

// TestCLI compares docs/CLI.md with the commands.
func TestCLI(t *testing.T) {
	testutil.Golden(t, path, []byte(markdown(t)))
}

func markdown(t *testing.T) string {
	t.Helper()
	model, err := cli.Model()
	if err != nil {
		t.Fatal(err)
	}
	text, err := clidoc.Markdown(model)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestProse finds files of prose that belong to no command.
func TestProse(t *testing.T) {
	text := markdown(t)
	files, err := filepath.Glob("prose/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		part, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text, strings.Trim(string(part), "\n")) {
			t.Errorf("%s is in no section", name)
		}
	}
}
