// Package schema makes a JSON schema of the manifest, so that editors check and complete boot.toml while it is
// written.
//
// Types, defaults and words come from the Go types by reflection. Descriptions are their comments, which only the
// source has; so the schema is made when this repository is worked on, and committed.
package schema

//go:generate go test . -run TestSchema -update

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/witan-os/witan/internal/tomlfile"
	"github.com/witan-os/witan/kernel/manifest"
)

// Generate makes the schema, by draft 7 of JSON Schema, which editors know. dir has the source of the manifest's
// package.
func Generate(dir string) ([]byte, error) {
	docs, err := readComments(dir)
	if err != nil {
		return nil, err
	}
	g := &generator{docs: docs}
	root := object{
		{"$schema", "http://json-schema.org/draft-07/schema#"},
		{"title", "Witan's " + manifest.Name},
	}
	body := g.table(reflect.TypeFor[manifest.Manifest]())
	root = append(root, body...)
	root = append(root, member{"definitions", g.definitions})
	if g.err != nil {
		return nil, g.err
	}
	compact, err := json.Marshal(root)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

type generator struct {
	docs        comments
	definitions object // of the tables inside, in the order in which they are met
	err         error  // the first comment that is missing
}

// wordy and formed are what types of the manifest say about their texts.
type (
	wordy  interface{ Words() []string }
	formed interface{ Pattern() string }
)

// required are the keys without which a table is none.
var required = map[string][]string{"Component": {"name", "file"}, "Endpoint": {"name"}, "Memory": {"name", "size"}, "Log": {"name"}, "Process": {"name"}, "Grant": {"name"}}

// table is the schema of a struct: its keys with their types, comments and defaults.
func (g *generator) table(t reflect.Type) object {
	defaults := reflect.New(t)
	defaulter, hasDefaults := defaults.Interface().(tomlfile.Defaulter)
	if hasDefaults {
		defaulter.SetDefaults()
	}
	var properties object
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("toml")
		if tag == "" {
			continue
		}
		key, _, _ := strings.Cut(tag, ",")
		property := append(object{{"description", g.comment(t.Name() + "." + f.Name)}}, g.value(f.Type)...)
		if v := defaults.Elem().Field(i); hasDefaults && !v.IsZero() {
			property = append(property, member{"default", plain(v)})
		}
		properties = append(properties, member{key, property})
	}
	out := object{
		{"description", g.comment(t.Name())},
		{"type", "object"},
		{"additionalProperties", false},
		{"properties", properties},
	}
	if keys := required[t.Name()]; keys != nil {
		out = append(out, member{"required", keys})
	}
	return out
}

// value is the schema of a type.
func (g *generator) value(t reflect.Type) object {
	zero := reflect.Zero(t).Interface()
	if w, ok := zero.(wordy); ok {
		return object{{"type", "string"}, {"enum", w.Words()}}
	}
	if f, ok := zero.(formed); ok {
		return object{{"type", "string"}, {"pattern", f.Pattern()}}
	}
	switch t.Kind() {
	case reflect.String:
		return object{{"type", "string"}}
	case reflect.Bool:
		return object{{"type", "boolean"}}
	case reflect.Int, reflect.Uint64: // none of the manifest's numbers may be negative
		return object{{"type", "integer"}, {"minimum", 0}}
	case reflect.Slice:
		return object{{"type", "array"}, {"items", g.value(t.Elem())}}
	case reflect.Map:
		return object{{"type", "object"}, {"additionalProperties", g.value(t.Elem())}}
	case reflect.Struct:
		return g.reference(t)
	}
	panic("schema: the manifest has a field of the type " + t.String())
}

// reference is the schema of a table inside of others, which is defined on the side.
func (g *generator) reference(t reflect.Type) object {
	name := strings.ToLower(t.Name())
	known := false
	for _, d := range g.definitions {
		known = known || d.name == name
	}
	if !known {
		at := len(g.definitions)
		g.definitions = append(g.definitions, member{name, nil})
		g.definitions[at].value = g.table(t)
	}
	return object{{"$ref", "#/definitions/" + name}}
}

// plain is a value as the file has it.
func plain(v reflect.Value) any {
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		text, err := m.MarshalText()
		if err != nil {
			panic("schema: " + err.Error()) // a default that the manifest could not write either
		}
		return string(text)
	}
	return v.Interface()
}

// comment is what the source says about a type or field.
func (g *generator) comment(of string) string {
	text := g.docs[of]
	if text == "" && g.err == nil {
		g.err = fmt.Errorf("%s has no comment", of)
	}
	return text
}

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON implements [json.Marshaler].
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, part := range []any{m.name, m.value} {
			if j > 0 {
				b.WriteByte(':')
			}
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			if err := e.Encode(part); err != nil {
				return nil, err
			}
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
