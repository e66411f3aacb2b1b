package wast

// ResultFormat names the structure of a [Report] in JSON. It changes when that does.
const ResultFormat = "witgen-wast/1"

// Report is what became of a set of scripts.
type Report struct {
	Format string       `json:"format"` // [ResultFormat]
	Files  []FileResult `json:"files"`
	Totals Counts       `json:"totals"`
}

// Counts are numbers of commands.
type Counts struct {
	Passed int `json:"passed"`
	Failed int `json:"failed"`
	// NotApplicable are tests of the text format.
	NotApplicable int `json:"not_applicable"`
}

func (c *Counts) add(status Status) {
	switch status {
	case Passed:
		c.Passed++
	case Failed:
		c.Failed++
	case NotApplicable:
		c.NotApplicable++
	}
}

// Add adds the numbers of another set of commands.
func (c *Counts) Add(o Counts) {
	c.Passed += o.Passed
	c.Failed += o.Failed
	c.NotApplicable += o.NotApplicable
}

// FileResult is what became of one script.
type FileResult struct {
	File     string   `json:"file"`
	Source   string   `json:"source"` // the .wast file, in its suite
	Features []string `json:"features"`
	Counts
	// Commands are those of the script, in its order.
	Commands []Outcome `json:"commands"`
}

// Failures are the commands that failed.
func (f *FileResult) Failures() (list []Outcome) {
	for _, o := range f.Commands {
		if o.Status == Failed {
			list = append(list, o)
		}
	}
	return list
}

// Status says how a command went.
type Status string

// The ways a command can go.
const (
	Passed        Status = "passed"
	Failed        Status = "failed"
	NotApplicable Status = "not applicable"
)

// Outcome is what became of one command.
type Outcome struct {
	Line   int    `json:"line"` // in the .wast file
	Type   string `json:"type"`
	Status Status `json:"status"`
	Want   string `json:"want"` // what the command expects
	Have   string `json:"have"` // what happened
	// Reference is what the reference engine says where it refuses or traps; "" if it does neither.
	Reference string `json:"reference,omitempty"`
}
