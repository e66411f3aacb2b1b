package secondopinion_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	witlib "go.bytecodealliance.org/wit"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/model/modeltest"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/gen/witjson"
	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/internal/testutil"
)

// everything is how the library reads WIT.
var everything = resolve.Options{AllFeatures: true}

// witPackages are the packages below a directory, by their path there: a directory if gen/resolve takes its files for
// one package, and all single files of others.
func witPackages(t *testing.T, root string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "deps" || d.Name() == "parse-fail"):
			return fs.SkipDir
		case d.IsDir():
			if _, err := resolve.Load(path, everything); err == nil {
				found = append(found, path)
				return fs.SkipDir
			}
		case filepath.Ext(path) == ".wit" && !strings.HasSuffix(path, ".golden.wit"):
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestCorpus compares all packages of the corpus.
func TestCorpus(t *testing.T) {
	compare(t, filepath.Join(corpus.Dir(t), "wit"), "testdata/corpus.txt")
}

// TestRepository compares all packages of this repository.
func TestRepository(t *testing.T) {
	compare(t, filepath.Join("..", ".."), "testdata/repository.txt")
}

// compare compares all packages below a directory. Those that are not equal in both models are listed in a file, with
// the reason: what is there must remain so. Others that come to the directory are excluded by the same rules.
func compare(t *testing.T, root, listed string) {
	packages := witPackages(t, root)
	excluded := make([]string, len(packages))
	t.Run("packages", func(t *testing.T) {
		for i, path := range packages {
			name, err := filepath.Rel(root, path)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				if why := opinions(t, path); why != "" {
					excluded[i] = fmt.Sprintf("%s: %s\n", filepath.ToSlash(name), why)
				}
			})
		}
	})
	if testutil.Updating() {
		testutil.Golden(t, listed, []byte(strings.Join(excluded, "")))
	}
	list, err := os.ReadFile(listed)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		if !slices.Contains(excluded, line) {
			t.Errorf("%s has this, which is no longer so: %s", listed, line)
		}
	}
	equal := 0
	for _, line := range excluded {
		if line == "" {
			equal++
		}
	}
	t.Logf("%d packages, %d equal in both models", len(packages), equal)
}

// opinions compares what the library and gen/resolve make of a package. It returns why that is not equal, if there is
// a good reason.
func opinions(t *testing.T, path string) string {
	want, libraryErr := load(path)
	got, err := resolve.Load(path, everything)
	var known misread
	switch {
	case err != nil && libraryErr != nil:
		return "refused by both"
	case err != nil:
		t.Errorf("the library reads it, but gen/resolve does not: %v", err)
		return ""
	case errors.As(libraryErr, &known):
		return known.Error()
	}
	lacking := strings.Join(lacks(got), ", ")
	switch {
	case libraryErr != nil && lacking == "":
		t.Errorf("the library can't read it, for no reason that the model shows: %v", libraryErr)
		return ""
	case libraryErr == nil && lacking != "":
		t.Errorf("the library reads it in spite of %s", lacking)
		return ""
	case lacking != "":
		return "the library lacks " + lacking
	}
	// The library lists packages without saying which is the root, and drops the documentation of items.
	if d := modeltest.Diff(want, got, modeltest.Root, modeltest.ItemDocs); d != "" {
		t.Errorf("the models differ (-library +gen/resolve):\n%s", d)
	}
	readJSON(t, got)
	return ""
}

// readJSON lets the library read the JSON of a tree, in which it knows no async functions.
func readJSON(t *testing.T, tree *model.Tree) {
	t.Helper()
	data, err := witjson.Encode(tree)
	if err != nil {
		t.Fatal(err)
	}
	resolved, err := witlib.DecodeJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	got, err := convert(resolved)
	if errors.Is(err, lostKind) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if d := modeltest.Diff(tree, got, modeltest.Root, modeltest.ItemDocs); d != "" {
		t.Errorf("the library reads the JSON otherwise (-witan +library):\n%s", d)
	}
}
