package roundtrip

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/gen/roundtrip/testdata/generated/test/roundtrip/v1/boxes"
	"github.com/witan-os/witan/runtime/glue"
)

// This file tests resources that guests define, each of which has one of the guest behind inside: to work with the
// first is to work with all of them, and to drop it is to drop all.

// lastBoxes are the boxes behind the last guest, which have nothing inside but a text.
type lastBoxes struct{ alive uint32 }

type lastBox struct {
	of   *lastBoxes
	text string
}

func (b *lastBox) Text(context.Context) (string, error) { return b.text, nil }

func (b *lastBox) Swap(_ context.Context, text string) (string, error) {
	text, b.text = b.text, text
	return text, nil
}

func (b *lastBox) Drop(context.Context) { b.of.alive-- }

func (l *lastBoxes) NewBox(_ context.Context, text string) (glue.Own[boxes.Box], error) {
	l.alive++
	return glue.Give[boxes.Box](&lastBox{l, text}), nil
}

func (l *lastBoxes) BoxJoin(_ context.Context, a glue.Own[boxes.Box], b boxes.Box) (glue.Own[boxes.Box], error) {
	a.Value().(*lastBox).text += b.(*lastBox).text
	return a, nil
}

func (l *lastBoxes) Turn(_ context.Context, all []glue.Own[boxes.Box]) ([]glue.Own[boxes.Box], error) {
	all = slices.Clone(all)
	slices.Reverse(all)
	return all, nil
}

func (l *lastBoxes) Full(_ context.Context, all []boxes.Box) (full uint32, err error) {
	for _, b := range all {
		if b.(*lastBox).text != "" {
			full++
		}
	}
	return full, nil
}

func (l *lastBoxes) Alive(context.Context) (uint32, error) { return l.alive, nil }

// checkBoxes works with boxes of the first guest in a random order, and expects of them what boxes of Go would do.
func (c *chain) checkBoxes(t *testing.T, r *rapid.T) {
	ctx := context.Background()
	client, err := boxes.Bind(c.instances[0].Instance)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		if err != nil {
			r.Fatal(err)
		}
	}
	var have []glue.Own[boxes.Box]
	var want []string
	text := rapid.StringN(0, 20, -1)
	pick := func() int { return rapid.IntRange(0, len(have)-1).Draw(r, "which") }
	add := func() {
		s := text.Draw(r, "text")
		b, err := client.NewBox(ctx, s)
		must(err)
		have, want = append(have, b), append(want, s)
	}
	remove := func(i int) glue.Own[boxes.Box] {
		b := have[i]
		have, want = slices.Delete(have, i, i+1), slices.Delete(want, i, i+1)
		return b
	}
	for range rapid.IntRange(1, 12).Draw(r, "steps") {
		if len(have) < 2 {
			add()
			continue
		}
		switch rapid.IntRange(0, 5).Draw(r, "what") {
		case 0:
			add()
		case 1:
			must(remove(pick()).Drop(ctx))
		case 2:
			i, s := pick(), text.Draw(r, "text")
			old, err := have[i].Value().Swap(ctx, s)
			must(err)
			if old != want[i] {
				r.Errorf("box %d had %q, not %q", i, old, want[i])
			}
			want[i] = s
		case 3:
			text := want[0] + want[1]
			first := remove(0)
			joined, err := client.BoxJoin(ctx, first, have[0].Value())
			must(err)
			have, want = append(have, joined), append(want, text)
		case 4:
			have, err = client.Turn(ctx, have)
			must(err)
			slices.Reverse(want)
		case 5:
			c.checkFull(r, client, have, want)
		}
		c.checkTexts(r, client, have, want)
	}
	for len(have) > 0 {
		must(remove(0).Drop(ctx))
	}
	c.checkTexts(r, client, nil, nil)
}

// checkTexts checks that all boxes have their text, and that no guest has more of them.
func (c *chain) checkTexts(r *rapid.T, client *boxes.Client, have []glue.Own[boxes.Box], want []string) {
	ctx := context.Background()
	for i, b := range have {
		if got, err := b.Value().Text(ctx); err != nil || got != want[i] {
			r.Fatalf("box %d has %q, %v, not %q", i, got, err, want[i])
		}
	}
	// Each guest has as many as the test has, and so has what is behind the last one.
	if alive, err := client.Alive(ctx); err != nil || int(alive) != len(want)*(len(c.instances)+1) {
		r.Fatalf("%d boxes are alive, %v; %d guests have %d each", alive, err, len(c.instances), len(want))
	}
}

func (c *chain) checkFull(r *rapid.T, client *boxes.Client, have []glue.Own[boxes.Box], want []string) {
	lent, full := []boxes.Box{}, uint32(0)
	for i, b := range have {
		lent = append(lent, b.Value())
		if want[i] != "" {
			full++
		}
	}
	if got, err := client.Full(context.Background(), lent); err != nil || got != full {
		r.Fatalf("%d boxes are full, %v, not %d", got, err, full)
	}
}
