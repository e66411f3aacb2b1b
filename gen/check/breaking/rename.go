package breaking

// This file guesses what has another name now, among functions and among types.

// maxPairs bounds how many guesses are tried: a file that was made to have more is not worth the wait.
const maxPairs = 1 << 20

// without are the entries of a list whose key no entry of the other one has.
func without[T any](list, other []T, key func(T) string) []T {
	has := make(map[string]bool, len(other))
	for _, x := range other {
		has[key(x)] = true
	}
	var out []T
	for _, x := range list {
		if !has[key(x)] {
			out = append(out, x)
		}
	}
	return out
}

// onlyPairs pairs what is gone with what has come in its place, if they are alike. Where there is more than one
// candidate on either side nobody knows what became what, and there is no pair.
func onlyPairs[T comparable](gone, come []T, alike func(old, new T) bool) map[T]T {
	if len(gone)*len(come) > maxPairs {
		return nil
	}
	to := map[T]T{}
	candidates := map[T]int{}
	for _, o := range gone {
		for _, n := range come {
			if alike(o, n) {
				candidates[o]++
				candidates[n]++
				to[o] = n
			}
		}
	}
	for o, n := range to {
		if candidates[o] > 1 || candidates[n] > 1 {
			delete(to, o)
		}
	}
	return to
}
