package diag

import "strings"

// longestNear bounds the words that are compared, in bytes.
const longestNear = 64

// Nearest returns the known word that was probably meant by another one, for a hint: the one with the fewest
// edits, in capitals or not. It is "" if none is near.
func Nearest(word string, known []string) string {
	best, distance := "", min(max(2, len(word)/3)+1, len(word))
	for _, k := range known {
		if len(k) > longestNear || len(word) > longestNear {
			continue
		}
		if d := Edits(strings.ToLower(word), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// Edits is how many letters have to be inserted, removed, replaced, or swapped with the next one to make one text
// of another. Time is the product of their sizes.
func Edits(a, b string) int {
	rows := make([][]int, 3) // from the last beginnings of a to each beginning of b
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := range len(a) {
		two, one, row := rows[(i+2)%3], rows[i%3], rows[(i+1)%3]
		row[0] = i + 1
		for j := range len(b) {
			replaced := one[j]
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(replaced, row[j]+1, one[j+1]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], two[j-1]+1)
			}
		}
	}
	return rows[len(a)%3][len(b)]
}
