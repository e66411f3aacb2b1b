package resolve_test

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testutil"
)

// archive is the file system that a txtar file stands for.
func archive(t testing.TB, path string) (files fstest.MapFS, comment string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a := txtar.Parse(data)
	files = fstest.MapFS{}
	for _, f := range a.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return files, string(a.Comment)
}

var featuresLine = regexp.MustCompile(`(?m)^features: (.*)$`)

// TestErrorsGolden resolves each testdata/errors/NAME.txtar, whose messages are in NAME.golden.txt.
func TestErrorsGolden(t *testing.T) {
	archives, err := filepath.Glob("testdata/errors/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("%d archives, %v", len(archives), err)
	}
	rules := map[diag.Rule]bool{}
	for _, path := range archives {
		t.Run(filepath.Base(path), func(t *testing.T) {
			files, comment := archive(t, path)
			opt := resolve.Options{}
			if m := featuresLine.FindStringSubmatch(comment); m != nil {
				opt.Features = strings.Fields(m[1])
			}
			_, err := resolve.FS(files, ".", "", opt)
			var list diag.List
			if !errors.As(err, &list) {
				t.Fatalf("got %v, want diagnostics", err)
			}
			var out bytes.Buffer
			if err := diag.WriteText(&out, list, diag.Options{}); err != nil {
				t.Fatal(err)
			}
			testutil.Golden(t, strings.TrimSuffix(path, ".txtar")+".golden.txt", out.Bytes())
			for _, d := range list.Items {
				rules[d.Rule] = true
			}
		})
	}
	for _, r := range []diag.Rule{
		resolve.RuleHeader, resolve.RulePackage, resolve.RuleCycle, resolve.RuleUnknown, resolve.RuleKind, resolve.RuleDuplicate,
		resolve.RuleFeature, resolve.RuleSince, resolve.RuleBorrow, resolve.RuleMapKey, resolve.RuleStream, resolve.RuleWorld,
		resolve.RuleInclude,
	} {
		if !rules[r] {
			t.Errorf("no archive breaks the rule %s", r)
		}
	}
}

func sortedNames(files fstest.MapFS) []string { return slices.Sorted(maps.Keys(files)) }
