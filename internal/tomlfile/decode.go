package tomlfile

import (
	"encoding"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/witan-os/witan/internal/diag"
)

// MaxSize bounds a file, in bytes: nobody writes more by hand.
const MaxSize = 1 << 18

// The rules that this package names in its diagnostics.
const (
	RuleSyntax     diag.Rule = "toml-syntax"
	RuleUnknownKey diag.Rule = "unknown-key"
	RuleType       diag.Rule = "wrong-type"
	RuleSize       diag.Rule = "file-size"
)

// File is a text that has been read, and knows where its keys stand.
type File struct {
	src  *diag.Source
	root *place
	list diag.List
}

// Decode reads a text into a struct, by the names in its toml tags. Fields are strings, booleans, integers, what
// reads itself out of a string (an [encoding.TextUnmarshaler]), structs, and slices and maps of these; others are a
// mistake of the caller and panic. Keys that have no field, and values that do not fit into theirs, are errors; the
// rest is read nevertheless, and fields without a key stay as they are, in a new element of a slice as its
// [Defaulter] sets them. The file is never nil.
func Decode(src *diag.Source, into any) *File {
	f := &File{src: src, root: &place{}}
	text := src.Text()
	if len(text) > MaxSize {
		f.add(span{}, RuleSize, fmt.Sprintf("the file has %d bytes, and may have %d", len(text), MaxSize), "")
		return f
	}
	root, deep := places(text)
	if deep != nil {
		f.add(*deep, RuleSyntax, fmt.Sprintf("there are more than %d levels inside of each other", maxDepth), "")
		return f
	}
	values, err := parse(text)
	if err != nil {
		f.syntaxError(err)
		return f
	}
	f.root = root
	f.assign(f.root, "", values, reflect.ValueOf(into).Elem())
	return f
}

// Has reports whether the file has a key of its outermost table.
func (f *File) Has(key string) bool {
	_, ok := f.root.fields[key]
	return ok
}

// Report adds an error of the caller's, about the value of a key. The path to it are names in tables and
// indexes in arrays; where it ends early, the error is about what contains the rest. Of a value of the wrong type,
// whose field stays empty, nothing more is said.
func (f *File) Report(rule diag.Rule, message, hint string, path ...any) {
	if p := f.find(path); !p.misfit {
		f.add(p.value, rule, message, hint)
	}
}

// Diagnose makes a diagnostic about the value of a key, as Report does, for a list of the caller's own.
func (f *File) Diagnose(rule diag.Rule, message, hint string, path ...any) diag.Diagnostic {
	at := f.find(path).value
	return diag.Diagnostic{Source: f.src, Start: at.start, End: at.end, Rule: rule, Message: message, Hint: hint}
}

// find returns the place that a path leads to, or the last one on it that is there.
func (f *File) find(path []any) *place {
	p := f.root
	for _, step := range path {
		switch step := step.(type) {
		case string:
			p = p.at(step)
		case int:
			p = p.item(step)
		}
	}
	return p
}

// Errors are all errors so far, in the order of the file.
func (f *File) Errors() diag.List {
	f.list.Sort()
	return f.list
}

// parse lets the library read the text. It panics where it finds itself wrong about a text, which is an error like
// any other for the one who wrote it.
func parse(text string) (values map[string]any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("this is not TOML: %v", r)
		}
	}()
	_, err = toml.Decode(text, &values)
	return values, err
}

func (f *File) syntaxError(err error) {
	at, message := span{}, err.Error()
	var parse toml.ParseError
	if errors.As(err, &parse) {
		text := f.src.Text()
		start := parse.Position.Start + len(text) - len(strings.TrimPrefix(text, byteOrderMark))
		start = max(0, min(start, len(text)))
		at = span{start, max(start, min(start+parse.Position.Len, len(text)))}
		message = parse.Message
	}
	f.add(at, RuleSyntax, message, "")
}

func (f *File) add(at span, rule diag.Rule, message, hint string) {
	f.list.Add(diag.Diagnostic{Source: f.src, Start: at.start, End: at.end, Rule: rule, Message: message, Hint: hint})
}

// assign stores a value that the library has read. name is how messages call it.
func (f *File) assign(p *place, name string, value any, into reflect.Value) {
	if table, ok := value.(map[string]any); ok {
		switch into.Kind() {
		case reflect.Struct:
			f.assignStruct(p, name, table, into)
			return
		case reflect.Map:
			f.assignMap(p, name, table, into)
			return
		}
	}
	if s, ok := value.(string); ok && into.Addr().Type().Implements(textType) {
		f.assignText(p, name, s, into.Addr().Interface().(encoding.TextUnmarshaler))
		return
	}
	switch into.Kind() {
	case reflect.String:
		if s, ok := value.(string); ok {
			into.SetString(s)
			return
		}
	case reflect.Bool:
		if b, ok := value.(bool); ok {
			into.SetBool(b)
			return
		}
	case reflect.Slice:
		if items, ok := elements(value); ok {
			f.assignSlice(p, name, items, into)
			return
		}
	default:
		if n, ok := value.(int64); ok && describeType(into.Type()) == integer {
			f.assignInteger(p, name, n, into)
			return
		}
	}
	p.misfit = true
	f.add(p.value, RuleType, fmt.Sprintf("%s is %s, and this is %s", name, describeType(into.Type()), describe(value)), "")
}

func (f *File) assignStruct(p *place, name string, table map[string]any, into reflect.Value) {
	fields := map[string]reflect.Value{}
	for i := range into.NumField() {
		if tag := into.Type().Field(i).Tag.Get("toml"); tag != "" {
			key, _, _ := strings.Cut(tag, ",")
			fields[key] = into.Field(i)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		at := p.at(key)
		field, ok := fields[key]
		if !ok {
			f.add(at.key, RuleUnknownKey, fmt.Sprintf("there is no key `%s`", join(name, key)), suggest(key, slices.Sorted(maps.Keys(fields))))
			continue
		}
		f.assign(at, "`"+join(name, key)+"`", table[key], field)
	}
}

// join is the name of a key in the table of a name.
func join(table, key string) string {
	if table == "" {
		return key
	}
	return strings.Trim(table, "`") + "." + key
}

func (f *File) assignMap(p *place, name string, table map[string]any, into reflect.Value) {
	m := reflect.MakeMapWithSize(into.Type(), len(table))
	for key, value := range table {
		element := reflect.New(into.Type().Elem()).Elem()
		f.assign(p.at(key), "`"+join(name, key)+"`", value, element)
		m.SetMapIndex(reflect.ValueOf(key), element)
	}
	into.Set(m)
}

// elements returns the elements of an array, in whichever of its two forms the library keeps it.
func elements(value any) ([]any, bool) {
	switch value := value.(type) {
	case []any:
		return value, true
	case []map[string]any:
		items := make([]any, len(value))
		for i := range value {
			items[i] = value[i]
		}
		return items, true
	}
	return nil, false
}

func (f *File) assignSlice(p *place, name string, items []any, into reflect.Value) {
	slice := reflect.MakeSlice(into.Type(), len(items), len(items))
	for i, item := range items {
		if d, ok := slice.Index(i).Addr().Interface().(Defaulter); ok {
			d.SetDefaults()
		}
		what := name
		if k := into.Type().Elem().Kind(); k != reflect.Struct {
			what = "an element of " + name
		}
		f.assign(p.item(i), what, item, slice.Index(i))
	}
	into.Set(slice)
}

// at returns the place of a key, or else that of the table.
func (p *place) at(key string) *place {
	if at, ok := p.fields[key]; ok {
		return at
	}
	return p
}

// item returns the place of an element, or else that of the array.
func (p *place) item(i int) *place {
	if i < len(p.items) {
		return p.items[i]
	}
	return p
}

// describe says what kind of value somebody wrote.
func describe(value any) string {
	switch value.(type) {
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case int64:
		return integer
	case float64:
		return "a fraction"
	case map[string]any:
		return "a table"
	case []any, []map[string]any:
		return "an array"
	}
	return "a date or time"
}

// describeType says what kind of value is wanted.
func describeType(t reflect.Type) string {
	if reflect.PointerTo(t).Implements(textType) {
		return "a string"
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "a boolean"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return integer
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Struct {
			return "an array of tables"
		}
		return "an array"
	case reflect.Struct, reflect.Map:
		return "a table"
	}
	panic("tomlfile: a field has the type " + t.String())
}

// suggest is the hint for a key that is none of the known ones: the one that was probably meant, or all of them.
func suggest(key string, known []string) string {
	if near := diag.Nearest(key, known); near != "" {
		return "did you mean `" + near + "`?"
	}
	if len(known) == 0 {
		return ""
	}
	return "the keys are " + strings.Join(known, ", ")
}
