package policy

import (
	"fmt"
	"strings"
)

// String is the finding on one line: the process, the right, and the way to it in parentheses.
func (f Finding) String() string {
	line := f.Process + " can " + f.Right.Text
	if len(f.Path) == 0 {
		return line
	}
	steps := make([]string, len(f.Path))
	for i, s := range f.Path {
		steps[i] = string(s.How) + " " + s.Process
		if s.Object != "" {
			steps[i] += " at " + s.Object
		}
	}
	return fmt.Sprintf("%s (%s)", line, strings.Join(steps, ", "))
}

// reportHead explains a report to whoever finds it in a repository.
const reportHead = `# Which process can bring about what, and through whom: witgen who-can made this of the system's manifest and
# components. A process that asks, calls, tells or starts another one can have it use its rights, if its code does so.
`

// Report is the text form of findings, a line for each.
func Report(findings []Finding) string {
	var b strings.Builder
	b.WriteString(reportHead)
	for _, f := range findings {
		b.WriteString(f.String())
		b.WriteByte('\n')
	}
	return b.String()
}

// Compare compares findings with a report that was made before: fresh are the lines that it does not have, gone
// those that it has in vain. Empty lines and comments of a report do not count.
func Compare(report string, findings []Finding) (fresh, gone []string) {
	old := map[string]bool{}
	var order []string
	for line := range strings.Lines(report) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") && !old[line] {
			old[line] = true
			order = append(order, line)
		}
	}
	now := map[string]bool{}
	for _, f := range findings {
		line := f.String()
		now[line] = true
		if !old[line] {
			fresh = append(fresh, line)
		}
	}
	for _, line := range order {
		if !now[line] {
			gone = append(gone, line)
		}
	}
	return fresh, gone
}
