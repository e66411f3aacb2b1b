package main

import (
	"slices"
	"strings"
)

// internalFlags are those by which `go test` asks a test for files that only `go test` itself reads; leaving
// them out is no loss that anybody has to hear of.
var internalFlags = []string{"testlogfile", "outputdir", "fuzzcachedir"}

// profileFlags are those by which a user asks a test for files.
var profileFlags = []string{
	"blockprofile", "coverprofile", "cpuprofile", "gocoverdir", "memprofile", "mutexprofile", "trace",
}

// guestArguments returns the arguments for the program in the machine, which are all but those that name
// files of this machine to be written. It returns separately those that somebody will miss.
func guestArguments(args []string) (kept, dropped []string) {
	for _, arg := range args {
		name, isTestFlag := strings.CutPrefix(strings.TrimLeft(arg, "-"), "test.")
		name, _, _ = strings.Cut(name, "=")
		switch {
		case !isTestFlag || !strings.HasPrefix(arg, "-"):
			kept = append(kept, arg)
		case slices.Contains(profileFlags, name):
			dropped = append(dropped, arg)
		case !slices.Contains(internalFlags, name):
			kept = append(kept, arg)
		}
	}
	return kept, dropped
}
