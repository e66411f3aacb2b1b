//go:build !wasip1

package guest

// fail panics because of a mistake in the program.
func fail(text string) { panic(text) }
