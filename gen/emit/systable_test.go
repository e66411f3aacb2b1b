package emit_test

import (
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/emit/testdata/systable"
	"github.com/witan-os/witan/gen/lock"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testutil"
)

// testTable is the table for the interfaces in testdata/wit. The first function that can be is retired, and rights
// and waiting are dealt out by turns, so that all of the table has something to show.
func testTable(t *testing.T) *lock.Table {
	t.Helper()
	calls, err := emit.Syscalls(features(t), goldenOptions)
	if err != nil {
		t.Fatal(err)
	}
	l, err := lock.Read(diag.NewSource("syscalls.lock", ""), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Add(calls); err != nil {
		t.Fatal(err)
	}
	rights := []lock.Right{lock.RightNone, lock.RightHandle, lock.RightInterface, lock.RightPackage}
	for i, e := range l.Entries() {
		e.Right, e.Blocking, e.Retired = rights[i%len(rights)], i%3 == 1, i == 0
	}
	return l.Table(calls)
}

func TestSystableGolden(t *testing.T) {
	table := testTable(t)
	files, err := emit.Systable(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		testutil.Golden(t, filepath.Join("testdata", filepath.FromSlash(f.Path)), f.Content)
	}
	testutil.Golden(t, "testdata/systable/SYSCALLS.md", emit.SyscallDoc(table))
}

// TestSystable looks at the generated package, which is compiled with this test.
func TestSystable(t *testing.T) {
	table := testTable(t)
	if len(systable.Calls) != len(table.Calls)+1 || len(table.Calls) < 20 {
		t.Fatalf("%d calls, want %d and number 0", len(systable.Calls), len(table.Calls))
	}
	for i := range table.Calls {
		want, got := &table.Calls[i], &systable.Calls[i+1]
		if got.Name() != want.Name || got.Grant() != want.Grant || got.Kind.String() != string(want.Kind) || got.Right.String() != string(want.Right) ||
			got.Blocking != want.Blocking || got.Retired != want.Retired || got.Type != want.Type || got.Core != want.Core || got.Since != want.Since ||
			lock.Hash(got.Hash).String() != want.Hash {
			t.Errorf("call %d is %+v, want %+v", i+1, *got, *want)
		}
		number := want.Number
		if want.Retired {
			number = 0
		}
		if got := systable.Number(want.Interface, want.Track, want.Function); got != number {
			t.Errorf("%s has number %d, want %d", want.Name, got, number)
		}
	}
	for _, name := range [][3]string{
		{"", "", ""},
		{"zzz:z/z", "9", "z"},
		{table.Calls[5].Interface, "", table.Calls[5].Function},
		{table.Calls[5].Interface, table.Calls[5].Track, table.Calls[5].Function + "x"},
	} {
		if n := systable.Number(name[0], name[1], name[2]); n != 0 {
			t.Errorf("%q has number %d", name, n)
		}
	}
}

// TestSystableOfNothing is a lock without entries.
func TestSystableOfNothing(t *testing.T) {
	files, err := emit.Systable(&lock.Table{Format: lock.TableFormat})
	if err != nil {
		t.Fatal(err)
	}
	testutil.Golden(t, "testdata/systable-empty.txt", files[0].Content)
}
