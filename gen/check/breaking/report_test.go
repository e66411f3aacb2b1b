package breaking_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/check/breaking"
	"github.com/witan-os/witan/internal/testutil"
)

// Two versions of a package, between which something of each severity and of most forms has changed.
const (
	reportOld = `package demo:shop@1.0.0;

/// Orders
interface orders {
    enum state { open, paid }

    record order {
        id: u32,
        state: state,
    }

    resource basket {
        constructor(owner: string);
        add: func(item: string, count: u32);
        pay: func() -> result<order, string>;
    }

    latest: func() -> order;
    cancel: func(id: u32);
    @unstable(feature = bulk)
    cancel-all: func(ids: list<u32>);
}

interface jobs {
    run: func();
}

world shop {
    import orders;
    export jobs;
}
`
	reportNew = `package demo:shop@1.1.0;

/// Orders, and what they are made of
interface orders {
    enum state { open, paid, shipped }

    record order {
        number: u32,
        state: state,
        note: option<string>,
    }

    resource basket {
        constructor(owner: string) -> result<basket>;
        add: func(item: string, count: option<u32>);
        pay: func() -> result<order, string>;
        empty: func();
    }

    newest: func() -> order;
}

interface jobs {
    run: func();
    stop: func();
}

world shop {
    import orders;
    export jobs;
    import log: func(text: string);
}

world tiny {
    import orders;
}
`
)

func TestReport(t *testing.T) {
	changes := breaking.Trees(load(t, reportOld), load(t, reportNew))
	for _, golden := range []struct {
		name  string
		write func(*bytes.Buffer) error
	}{
		{"report.txt", func(b *bytes.Buffer) error { return breaking.WriteText(b, changes, breaking.TextOptions{}) }},
		{"report-color.txt", func(b *bytes.Buffer) error {
			return breaking.WriteText(b, changes[:2], breaking.TextOptions{Color: true})
		}},
		{"report.json", func(b *bytes.Buffer) error { return breaking.WriteJSON(b, changes) }},
		{"nothing.json", func(b *bytes.Buffer) error { return breaking.WriteJSON(b, nil) }},
	} {
		var out bytes.Buffer
		if err := golden.write(&out); err != nil {
			t.Fatal(err)
		}
		testutil.Golden(t, "testdata/"+golden.name, out.Bytes())
	}
}

// TestHostileText has names and texts that a terminal must not get as they are.
func TestHostileText(t *testing.T) {
	var out bytes.Buffer
	err := breaking.WriteText(&out, []breaking.Change{{
		Rule: breaking.TypeChanged, Severity: breaking.Source, Subject: "a\x1b[2J", Message: "b\nc", Was: strings.Repeat("long ", 1000), Is: "\x00",
	}}, breaking.TextOptions{})
	if err != nil {
		t.Fatal(err)
	}
	text := out.String()
	if strings.ContainsAny(text, "\x1b\x00") || strings.Count(text, "\n") != 6 || len(text) > 600 {
		t.Errorf("got %q", text)
	}
}

func TestWorst(t *testing.T) {
	if got := breaking.Worst(nil); got != 0 {
		t.Errorf("no changes: %v", got)
	}
	changes := breaking.Trees(load(t, `interface i { f: func(); }`), load(t, `interface i { g: func(a: u8); }`))
	if got := breaking.Worst(changes); got != breaking.ABI {
		t.Errorf("got %v of %v", got, summary(changes))
	}
}
