// Package metaltest tests kernel/metal from inside: its tests are ordinary Go
// programs' doings (goroutines, garbage, faults, files), run on a virtual
// machine by go test's -exec flag. Elsewhere they are skipped.
package metaltest
