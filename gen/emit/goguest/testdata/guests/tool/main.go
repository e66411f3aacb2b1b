// A command whose goroutines call the host.
package main

import (
	"fmt"
	"os"
	"strings"
	"sync"

	"outsider.test/app/gen/test/guest/v1/calls"
	"outsider.test/app/gen/test/guest/v1/files"
)

func main() {
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for j := range 200 {
				check(fmt.Sprint(i, j))
			}
		})
	}
	wait.Wait()
	fmt.Println(measure("four"))
}

func check(text string) {
	list := strings.Split(strings.Repeat(text+",", len(text)), ",")
	if got := calls.OfStrings(list); strings.Join(got, ",") != strings.Join(list, ",") {
		fmt.Fprintf(os.Stderr, "%q for %q\n", got, list)
		os.Exit(1)
	}
}

// measure is the size of a new file.
func measure(name string) uint32 {
	f := files.NewFile(name)
	defer f.Close()
	return f.Size()
}
