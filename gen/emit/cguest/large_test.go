package cguest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
)

// TestSharedParts has types that use each other twice, level upon level. Code that wrote each use out would be thousands
// of times as large.
func TestSharedParts(t *testing.T) {
	var wit strings.Builder
	wit.WriteString("package test:large;\ninterface shared {\nvariant v0 { a(u32), b(f32) }\nrecord r0 { a: string, b: stream<u8> }\n")
	const levels = 13
	for i := 1; i <= levels; i++ {
		fmt.Fprintf(&wit, "variant v%d { a(v%[2]d), b(v%[2]d), c(option<v%[2]d>) }\nrecord r%[1]d { a: r%[2]d, b: r%[2]d }\n", i, i-1)
	}
	fmt.Fprintf(&wit, "pass: func(v: v%d, r: r%[1]d) -> v%[1]d;\nflat: func(v: v5) -> option<v5>;\n}\nworld large { import shared; export shared; }\n", levels)
	checkSize(t, wit.String(), 300<<10)
}

// TestLargeValues has values that would not fit on a stack, and core values that are as many as there can be.
func TestLargeValues(t *testing.T) {
	checkSize(t, `package test:large;
		interface values {
			type page = list<u8, 65536>;
			record book { pages: list<page, 1000>, name: string }
			read: func(b: book) -> result<book, page>;
			both: func(b: book, p: page) -> option<book>;
			most: func(a: list<u8, 16>, b: list<u16, 15>) -> list<list<u32, 4>, 4>;
		}
		world large { import values; export values; }`, 60<<10)
}

// checkSize generates C for a world and has the compiler check it. The code may have so many bytes.
func checkSize(t *testing.T, wit string, most int) {
	t.Helper()
	tree, err := resolve.Sources([]*diag.Source{diag.NewSource("large.wit", wit)}, nil, resolve.Options{})
	if err == nil {
		err = layout.Compute(tree)
	}
	if err != nil {
		t.Fatal(err)
	}
	files := generate(t, tree, tree.Root.Worlds[0])
	size := 0
	for _, f := range files {
		size += len(f.Content)
	}
	if size > most {
		t.Errorf("%d bytes of C, want at most %d", size, most)
	}
	compile(t, append(writeFiles(t, t.TempDir(), files), "-fsyntax-only")...)
}
