package lock

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// TableFormat is the version of the structure that [Table.JSON] writes.
const TableFormat = "witan-syscalls/1"

// Table is the system calls for programs: what is generated from a lock and the WIT.
type Table struct {
	Format string `json:"format"` // TableFormat
	Calls  []Row  `json:"calls"`  // sorted by number, without a gap
}

// Row is one system call, or the number that it had.
type Row struct {
	Number    uint16 `json:"number"`
	Name      string `json:"name"`      // as the lock has it, for example "wasi:io/poll@0.2#[method]pollable.ready"
	Interface string `json:"interface"` // for example "wasi:io/poll"
	Track     string `json:"track"`     // of the package, see model.Track
	Function  string `json:"function"`  // for example "[method]pollable.ready"
	Kind      Kind   `json:"kind"`
	Since     string `json:"since"`          // empty if the package has no version
	WIT       string `json:"wit,omitempty"`  // the declaration, for people; empty for what is retired
	Type      string `json:"type,omitempty"` // with all parts spelled out; empty for what is retired
	Core      string `json:"core,omitempty"` // the type of the lowered function; empty for what is retired
	Hash      string `json:"hash"`           // of name and type, in hexadecimal
	Blocking  bool   `json:"blocking"`
	Right     Right  `json:"right"`
	Grant     string `json:"grant,omitempty"` // the interface or package that Right is about
	Retired   bool   `json:"retired,omitempty"`
}

// Table puts together what the lock and the WIT say. The calls must be those that the lock was checked with.
func (l *Lock) Table(calls []*Call) *Table {
	byName := map[string]*Call{}
	for _, c := range calls {
		byName[c.Name()] = c
	}
	t := &Table{Format: TableFormat}
	for _, e := range l.entries {
		r := Row{
			Number: e.Number, Name: e.Name, Kind: e.Kind, Since: e.Since, Hash: e.Hash.String(),
			Blocking: e.Blocking, Right: e.Right, Retired: e.Retired,
		}
		r.Interface, r.Track, r.Function = e.parts()
		switch e.Right {
		case RightInterface:
			r.Grant = r.Interface
		case RightPackage:
			r.Grant = packageOf(r.Interface)
		}
		if c := byName[e.Name]; c != nil && !e.Retired {
			r.WIT, r.Type, r.Core = c.WIT, c.Type, c.Core
		}
		t.Calls = append(t.Calls, r)
	}
	return t
}

// JSON is the table as text: one call a line, so that differences can be read.
func (t *Table) JSON() ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n\"format\": %q,\n\"calls\": [", t.Format)
	for i := range t.Calls {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		row := json.NewEncoder(&b)
		row.SetEscapeHTML(false)
		if err := row.Encode(&t.Calls[i]); err != nil {
			return nil, err
		}
		b.Truncate(b.Len() - 1) // the end of line that an encoder adds
	}
	b.WriteString("\n]\n}\n")
	return b.Bytes(), nil
}

// ReadTable reads what [Table.JSON] has written.
func ReadTable(data []byte) (*Table, error) {
	t := new(Table)
	if err := json.Unmarshal(data, t); err != nil {
		return nil, err
	}
	if t.Format != TableFormat {
		return nil, fmt.Errorf("the format is %q, not %q", t.Format, TableFormat)
	}
	for i := range t.Calls {
		r := &t.Calls[i]
		if int(r.Number) != i+1 {
			return nil, fmt.Errorf("number %d stands where %d should", r.Number, i+1)
		}
		if _, err := strconv.ParseUint(r.Hash, 16, 64); err != nil || r.Name == "" {
			return nil, fmt.Errorf("number %d has no name or hash", r.Number)
		}
	}
	return t, nil
}

// Names are the numbers of the calls that are not retired, sorted by interface, track and function.
func (t *Table) Names() []uint16 {
	var list []uint16
	for _, r := range t.Calls {
		if !r.Retired {
			list = append(list, r.Number)
		}
	}
	key := func(n uint16) []string {
		r := t.Calls[n-1]
		return []string{r.Interface, r.Track, r.Function}
	}
	slices.SortFunc(list, func(a, b uint16) int { return slices.Compare(key(a), key(b)) })
	return list
}

// row is the row of a number, or nil.
func (t *Table) row(number uint16) *Row {
	if t == nil || number == 0 || int(number) > len(t.Calls) {
		return nil
	}
	return &t.Calls[number-1]
}

// entry is what the lock had when the row was made.
func (r *Row) entry() *Entry {
	h, _ := strconv.ParseUint(r.Hash, 16, 64) // ReadTable has checked it
	return &Entry{
		Number: r.Number, Kind: r.Kind, Since: r.Since, Hash: Hash(h), Blocking: r.Blocking, Right: r.Right,
		Name: r.Name, Retired: r.Retired,
	}
}
