package breaking

import (
	"encoding/json"
	"io"
)

// JSONFormat is the version of the structure that [WriteJSON] writes.
const JSONFormat = "witan-diff/1"

type jsonReport struct {
	Format  string         `json:"format"`
	Counts  map[string]int `json:"counts"`
	Changes []jsonChange   `json:"changes"`
}

type jsonChange struct {
	Rule     Rule       `json:"rule"`
	Severity string     `json:"severity"`
	Subject  string     `json:"subject"`
	Message  string     `json:"message"`
	Was      string     `json:"was,omitempty"`
	Is       string     `json:"is,omitempty"`
	Place    *jsonPlace `json:"place,omitempty"`
	Feature  string     `json:"feature,omitempty"`
	Hint     string     `json:"hint,omitempty"`
}

type jsonPlace struct {
	Tree   string `json:"tree"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// WriteJSON writes changes for programs, the worst first as [WriteText] does, as one object: "format" is [JSONFormat]; "counts" has the
// number of changes of each severity; "changes" has "rule", "severity", "subject", "message" and, where there are
// such, "was", "is", "feature", "hint" and "place", with "tree" (old or new), "file", "line" and "column" (from 1,
// in bytes).
func WriteJSON(w io.Writer, changes []Change) error {
	report := jsonReport{Format: JSONFormat, Counts: map[string]int{}, Changes: []jsonChange{}}
	for s := ABI; s >= Additive; s-- {
		group := ofSeverity(changes, s)
		report.Counts[s.String()] = len(group)
		for _, ch := range group {
			report.Changes = append(report.Changes, jsonChange{
				Rule: ch.Rule, Severity: ch.Severity.String(), Subject: ch.Subject, Message: ch.Message,
				Was: ch.Was, Is: ch.Is, Place: ch.jsonPlace(), Feature: ch.Feature, Hint: ch.Hint,
			})
		}
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(report)
}

func (ch *Change) jsonPlace() *jsonPlace {
	if ch.Place.Source == nil {
		return nil
	}
	tree := "new"
	if ch.Old {
		tree = "old"
	}
	p := ch.Place.Source.Position(ch.Place.Start)
	return &jsonPlace{Tree: tree, File: ch.Place.Source.Name(), Line: p.Line, Column: p.Column}
}
