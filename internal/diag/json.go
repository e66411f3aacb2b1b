package diag

import (
	"encoding/json"
	"io"
)

// JSONFormat is the version of the structure that [WriteJSON] writes.
const JSONFormat = "witan-diagnostics/1"

type jsonList struct {
	Format      string           `json:"format"`
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
	More        bool             `json:"more"`
}

type jsonDiagnostic struct {
	File    string       `json:"file"`
	Start   jsonPosition `json:"start"`
	End     jsonPosition `json:"end"`
	Rule    Rule         `json:"rule"`
	Message string       `json:"message"`
	Hint    string       `json:"hint,omitempty"`
}

type jsonPosition struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Offset int `json:"offset"`
}

// WriteJSON writes the diagnostics for programs, as one object: "format" is [JSONFormat]; "diagnostics" has
// "file", "start" and "end" with "line", "column" and "offset" (lines and columns from 1, offsets from 0,
// all in bytes), "rule", "message" and, where there is one, "hint"; "more" says that some were left out.
func WriteJSON(w io.Writer, l List) error {
	list := jsonList{Format: JSONFormat, Diagnostics: []jsonDiagnostic{}, More: l.More}
	for _, d := range l.Items {
		list.Diagnostics = append(list.Diagnostics, jsonDiagnostic{
			File:    d.Source.Name(),
			Start:   d.Source.jsonPosition(d.Start),
			End:     d.Source.jsonPosition(d.End),
			Rule:    d.Rule,
			Message: d.Message,
			Hint:    d.Hint,
		})
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(list)
}

func (s *Source) jsonPosition(offset int) jsonPosition {
	p := s.Position(offset)
	return jsonPosition{Line: p.Line, Column: p.Column, Offset: offset}
}
