package breaking

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
)

// Severity says who has to act on a change. Greater is worse.
type Severity uint8

// The severities, see the package's documentation.
const (
	Additive Severity = iota + 1
	Source
	ABI
)

var severityNames = [...]string{Additive: "additive", Source: "source", ABI: "abi"}

// String is the severity's name in lower case.
func (s Severity) String() string {
	if int(s) < len(severityNames) && severityNames[s] != "" {
		return severityNames[s]
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// Change is one difference between two trees.
type Change struct {
	Rule     Rule
	Severity Severity

	// Subject is the full name of what changed, for example "demo:clocks/clock@1.2.0#point.x" for a field. Its
	// version is that of the tree which Place is in.
	Subject string
	Message string // one sentence without a full stop, which does not name the subject
	Was, Is string // WIT text; empty for what was not there, or is there no more

	Place model.Place // the zero value for what does not come from text
	Old   bool        // Place and Subject are in the old tree: what changed is not in the new one

	Feature string // of the @unstable gate that it was behind, which is why it is no more than additive
	Hint    string // what to do instead, or empty
}

// Worst is the greatest severity of changes, 0 if there are none.
func Worst(changes []Change) Severity {
	var worst Severity
	for i := range changes {
		worst = max(worst, changes[i].Severity)
	}
	return worst
}
