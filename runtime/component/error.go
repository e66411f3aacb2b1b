package component

import (
	"fmt"
	"strings"
)

// Error says where a file breaks which rule of the format.
type Error struct {
	// Offset is the byte in the file, also for what stands in a nested component.
	Offset int64
	// Section names the section that was being read, "" for the file's header.
	Section string
	// Entry is the position of the definition in its section, or -1 if the rule is about the section.
	Entry int
	// Rule is what does not hold, as a sentence without its full stop.
	Rule string
}

const noEntry = -1

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "offset 0x%x", e.Offset)
	switch {
	case e.Section == "":
	case e.Entry == noEntry:
		fmt.Fprintf(&b, " (%s section)", e.Section)
	default:
		fmt.Fprintf(&b, " (%s section, entry %d)", e.Section, e.Entry)
	}
	b.WriteString(": ")
	b.WriteString(e.Rule)
	return b.String()
}

// quantity writes a count with its noun: "no types", "1 type", "5 memories".
func quantity(n int, noun string) string {
	switch n {
	case 0:
		return "no " + plural(noun)
	case 1:
		return "1 " + noun
	default:
		return fmt.Sprintf("%d %s", n, plural(noun))
	}
}

// existing is quantity with the verb that follows: "1 type is", "5 types are".
func existing(n int, noun string) string {
	if n == 1 {
		return quantity(n, noun) + " is"
	}
	return quantity(n, noun) + " are"
}

// plural of a noun that may end in y after a consonant.
func plural(noun string) string {
	if stem, ok := strings.CutSuffix(noun, "y"); ok {
		return stem + "ies"
	}
	return noun + "s"
}
