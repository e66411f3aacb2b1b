package guest

import (
	"strconv"
	"strings"
)

// This file gives generated types their words.

// CaseName is the name of case i of an enum or variant.
func CaseName(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return "case(" + strconv.Itoa(i) + ")"
}

// FlagNames lists the labels whose bits are set, separated by " | ", or "none".
func FlagNames(labels []string, bits uint32) string {
	var set []string
	for i, label := range labels {
		if bits&(1<<i) != 0 {
			set = append(set, label)
		}
	}
	if set == nil {
		return "none"
	}
	return strings.Join(set, " | ")
}
