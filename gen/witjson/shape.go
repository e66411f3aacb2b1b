package witjson

import (
	"bytes"
	"encoding/json"

	"github.com/witan-os/witan/gen/model"
)

// What Encode writes, in the order of the form.

type resolveJSON struct {
	Worlds     []*worldJSON     `json:"worlds"`
	Interfaces []*interfaceJSON `json:"interfaces"`
	Types      []*typeJSON      `json:"types"`
	Packages   []*packageJSON   `json:"packages"`
}

type worldJSON struct {
	Name      string         `json:"name"`
	Imports   entries        `json:"imports"`
	Exports   entries        `json:"exports"`
	Package   int            `json:"package"`
	Docs      *docsJSON      `json:"docs,omitempty"`
	Stability *stabilityJSON `json:"stability,omitempty"`
}

type interfaceJSON struct {
	Name      *string        `json:"name"`
	Types     entries        `json:"types"`
	Functions entries        `json:"functions"`
	Docs      *docsJSON      `json:"docs,omitempty"`
	Stability *stabilityJSON `json:"stability,omitempty"`
	Package   int            `json:"package"`
}

type typeJSON struct {
	Name       *string        `json:"name"`
	Kind       any            `json:"kind"`  // a string, or a choice
	Owner      any            `json:"owner"` // a choice, or nil
	Docs       *docsJSON      `json:"docs,omitempty"`
	Stability  *stabilityJSON `json:"stability,omitempty"`
	ExternalID string         `json:"external_id,omitempty"`
}

type packageJSON struct {
	Name       string    `json:"name"`
	Docs       *docsJSON `json:"docs,omitempty"`
	Interfaces entries   `json:"interfaces"`
	Worlds     entries   `json:"worlds"`
}

type functionJSON struct {
	Name       string         `json:"name"`
	Kind       any            `json:"kind"` // a string, or a choice
	Params     []memberJSON   `json:"params"`
	Result     any            `json:"result,omitempty"`
	Docs       *docsJSON      `json:"docs,omitempty"`
	Stability  *stabilityJSON `json:"stability,omitempty"`
	ExternalID string         `json:"external_id,omitempty"`
}

type itemJSON struct {
	ID         int            `json:"id"`
	Stability  *stabilityJSON `json:"stability,omitempty"`
	ExternalID string         `json:"external_id,omitempty"`
	Docs       *docsJSON      `json:"docs,omitempty"`
}

// memberJSON is a parameter, a field or the case of a variant.
type memberJSON struct {
	Name string    `json:"name"`
	Type any       `json:"type"`
	Docs *docsJSON `json:"docs,omitempty"`
}

// labelJSON is a label of flags or the case of an enum.
type labelJSON struct {
	Name string    `json:"name"`
	Docs *docsJSON `json:"docs,omitempty"`
}

type resultJSON struct {
	OK  any `json:"ok"`
	Err any `json:"err"`
}

type docsJSON struct {
	Contents string `json:"contents"`
}

func docsOf(text string) *docsJSON {
	if text == "" {
		return nil
	}
	return &docsJSON{text}
}

type stabilityJSON struct {
	Stable   *sinceJSON   `json:"stable,omitempty"`
	Unstable *featureJSON `json:"unstable,omitempty"`
}

type sinceJSON struct {
	Since      string `json:"since"`
	Deprecated string `json:"deprecated,omitempty"`
}

type featureJSON struct {
	Feature    string `json:"feature"`
	Deprecated string `json:"deprecated,omitempty"`
}

func stabilityOf(s model.Stability) *stabilityJSON {
	switch {
	case s.Unstable != "":
		return &stabilityJSON{Unstable: &featureJSON{s.Unstable, s.Deprecated}}
	case s.Since != "":
		return &stabilityJSON{Stable: &sinceJSON{s.Since, s.Deprecated}}
	}
	return nil
}

// choice is an object whose one member says by its key what it is.
type choice struct {
	key   string
	value any
}

// MarshalJSON writes the object.
func (c choice) MarshalJSON() ([]byte, error) { return entries{c}.MarshalJSON() }

// entries is an object whose keys are names, in order.
type entries []choice

func (e *entries) add(key string, value any) { *e = append(*e, choice{key, value}) }

// MarshalJSON writes the object.
func (e entries) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, c := range e {
		if i > 0 {
			out.WriteByte(',')
		}
		key, err := marshal(c.key)
		if err != nil {
			return nil, err
		}
		value, err := marshal(c.value)
		if err != nil {
			return nil, err
		}
		out.Write(key)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// marshal writes JSON that is for no web page: < and > in documentation stay what they are.
func marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}
