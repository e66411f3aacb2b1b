package diag

import "strings"

// Nearest returns the known word that was probably meant by another one, for a hint: the one with the fewest
// letters to insert, remove or replace, in capitals or not. It is "" if none is near.
func Nearest(word string, known []string) string {
	best, distance := "", min(max(2, len(word)/3)+1, len(word))
	for _, k := range known {
		if d := editDistance(strings.ToLower(word), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// editDistance counts the letters that must be inserted, removed or replaced to make one word of the other. A long
// word is far from all others.
func editDistance(a, b string) int {
	const longest = 64
	if len(a) > longest || len(b) > longest {
		return longest
	}
	row := make([]int, len(b)+1) // distances between what was seen of a, and the beginnings of b
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := before
			if a[i] != b[j] {
				replaced++
			}
			before = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
