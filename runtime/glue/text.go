package glue

import (
	"fmt"
	"strings"
)

// This file gives generated types their words.

// CaseName is the name of case i of an enum or variant.
func CaseName(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("case(%d)", i)
}

// FlagNames lists the labels whose bits are set, separated by " | ", or "none".
func FlagNames(labels []string, bits uint32) string {
	var set []string
	for i, l := range labels {
		if bits&(1<<i) != 0 {
			set = append(set, l)
		}
	}
	if set == nil {
		return "none"
	}
	return strings.Join(set, " | ")
}

// String shows the value, or that there is none.
func (o Option[T]) String() string {
	if o.some {
		return fmt.Sprintf("some(%v)", o.value)
	}
	return "none"
}
