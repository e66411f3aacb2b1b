package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"
)

// This file has the commands that compute. What they print is the same each time, also where time and chance are in it.

// digest prints the size and the hash of standard input.
func digest(_ []string, in io.Reader, out io.Writer) error {
	h := sha256.New()
	n, err := io.Copy(h, in)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d bytes, %x\n", n, h.Sum(nil))
	return err
}

// dice tells whether random numbers look like it: about half of the bits are set, and no block is there twice.
func dice(_ []string, _ io.Reader, out io.Writer) error {
	const blocks, size = 1 << 12, 32
	seen := map[[size]byte]bool{}
	ones := 0
	for range blocks {
		var block [size]byte
		if _, err := rand.Read(block[:]); err != nil {
			return err
		}
		seen[block] = true
		for i := 0; i < size; i += 8 {
			ones += bits.OnesCount64(binary.LittleEndian.Uint64(block[i:]))
		}
	}
	const all = blocks * size * 8
	if ones < all*49/100 || ones > all*51/100 || len(seen) != blocks {
		return fmt.Errorf("of %d bits %d are set, in %d different blocks", all, ones, len(seen))
	}
	_, err := fmt.Fprintln(out, "the dice are fair")
	return err
}

// clock tells whether time passes: a sleep takes as long as it should or longer, and timers fire in their order.
func clock(_ []string, _ io.Reader, out io.Writer) error {
	const nap = 20 * time.Millisecond
	start := time.Now()
	if start.Year() < 2024 {
		return fmt.Errorf("it can't be %v", start)
	}
	time.Sleep(nap)
	if took := time.Since(start); took < nap {
		return fmt.Errorf("a sleep of %v took %v", nap, took)
	}
	late, early := time.After(3*nap), time.After(nap)
	if second, first := <-late, <-early; !first.Before(second) {
		return fmt.Errorf("what should be late is at %v, and what should be early at %v", second, first)
	}
	_, err := fmt.Fprintln(out, time.Unix(1e9, 0).UTC().Format(time.RFC1123))
	return err
}

// soak keeps the garbage collector at work while goroutines build up, pass on and drop what they have made, and while
// files are written. Every value is looked at again before it is dropped.
func soak(args []string, _ io.Reader, out io.Writer) error {
	if len(args) != 2 {
		return usage("soak ROUNDS FILE")
	}
	rounds, err := strconv.Atoi(args[0])
	if err != nil {
		return usage("soak ROUNDS FILE")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	const workers = 8
	sums := make([]uint64, workers)
	faults := make([]error, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() { sums[w], faults[w] = grind(w, rounds, fmt.Sprintf("%s.%d", args[1], w)) })
	}
	all.Wait()
	if err := errors.Join(faults...); err != nil {
		return err
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	if int(stats.NumGC) < rounds/100 {
		return fmt.Errorf("there were %d collections in %d rounds", stats.NumGC, rounds)
	}
	_, err = fmt.Fprintf(out, "%x\n", sums)
	return err
}

// grind is what one goroutine of soak does.
func grind(seed, rounds int, file string) (uint64, error) {
	const kept = 50
	pieces := map[int]string{}
	sum := uint64(seed)
	for i := range rounds {
		pieces[i] = piece(seed, i)
		if old, ok := pieces[i-kept]; ok {
			if want := piece(seed, i-kept); old != want {
				return 0, fmt.Errorf("round %d has %q, want %q", i, old, want)
			}
			hash := sha256.Sum256([]byte(old))
			sum = bits.RotateLeft64(sum, 7) ^ binary.LittleEndian.Uint64(hash[:])
			delete(pieces, i-kept)
		}
		if i%kept == 0 {
			if err := checkFile(file, pieces[i]); err != nil {
				return 0, err
			}
			time.Sleep(time.Microsecond) // and others go on
		}
	}
	return sum, os.Remove(file)
}

func piece(seed, i int) string {
	return strings.Repeat(strconv.Itoa(i+seed), 1+i%1000)
}

// checkFile writes a file and reads it again.
func checkFile(name, text string) error {
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		return err
	}
	got, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if string(got) != text {
		return fmt.Errorf("%s has %q, want %q", name, got, text)
	}
	return nil
}
