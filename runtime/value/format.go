package value

import (
	"math"
	"strconv"

	"github.com/witan-os/witan/runtime/abi"
)

// Format writes a value of type t as text on one line, which [Parse] reads again. Characters that a
// terminal could act on come as escapes. A resource is shown, but can't be read; a value that [Check]
// refuses is shown as the reason.
func Format(t *abi.Type, v Value) string {
	if m := check(t, v); m != nil {
		return "<" + m.Error() + ">"
	}
	return string(format(nil, t, v))
}

// format appends the text of a checked value.
func format(out []byte, t *abi.Type, v Value) []byte {
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(out, v)
	case int8:
		return strconv.AppendInt(out, int64(v), 10)
	case int16:
		return strconv.AppendInt(out, int64(v), 10)
	case int32:
		return strconv.AppendInt(out, int64(v), 10)
	case int64:
		return strconv.AppendInt(out, v, 10)
	case uint8:
		return strconv.AppendUint(out, uint64(v), 10)
	case uint16:
		return strconv.AppendUint(out, uint64(v), 10)
	case uint32:
		return strconv.AppendUint(out, uint64(v), 10)
	case uint64:
		return strconv.AppendUint(out, v, 10)
	case float32:
		return formatFloat(out, float64(v), 32)
	case float64:
		return formatFloat(out, v, 64)
	case Char:
		return append(formatRune(append(out, '\''), rune(v), '\''), '\'')
	case string:
		return formatString(out, v)
	case []byte:
		return formatItems(out, "[]", len(v), func(out []byte, i int) []byte { return strconv.AppendUint(out, uint64(v[i]), 10) })
	case List:
		return formatItems(out, "[]", len(v), func(out []byte, i int) []byte { return format(out, t.Elem, v[i]) })
	case Map:
		return formatItems(out, "{}", len(v), func(out []byte, i int) []byte {
			out = append(format(out, t.Elem.Fields[0].Type, v[i].Key), ": "...)
			return format(out, t.Elem.Fields[1].Type, v[i].Value)
		})
	case Tuple:
		return formatItems(out, "()", len(v), func(out []byte, i int) []byte { return format(out, t.Fields[i].Type, v[i]) })
	case Record:
		return formatItems(out, "{}", len(v), func(out []byte, i int) []byte {
			out = append(append(out, v[i].Name...), ": "...)
			return format(out, t.Fields[i].Type, v[i].Value)
		})
	case Flags:
		return formatItems(out, "{}", len(v), func(out []byte, i int) []byte { return append(out, v[i]...) })
	case Own, Borrow:
		return append(out, "<"+t.Kind.String()+" "+t.Resource.Name+">"...)
	default:
		return formatCase(out, t, v)
	}
}

func formatItems(out []byte, brackets string, n int, item func(out []byte, i int) []byte) []byte {
	out = append(out, brackets[0])
	for i := range n {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = item(out, i)
	}
	return append(out, brackets[1])
}

func formatCase(out []byte, t *abi.Type, v Value) []byte {
	i, payload := caseOf(t, v)
	switch name := t.Cases[i].Name; {
	case t.Kind == abi.Result && i == 1:
		out = append(out, "err"...) // the specification calls the case "error"
	case t.Kind == abi.Option, t.Kind == abi.Result:
		out = append(out, name...)
	default:
		if keywords[name] {
			out = append(out, '%')
		}
		out = append(out, name...)
	}
	if payload == nil {
		return out
	}
	return append(format(append(out, '('), t.Cases[i].Type, payload), ')')
}

func formatFloat(out []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(out, "nan"...)
	case math.IsInf(f, 1):
		return append(out, "inf"...)
	case math.IsInf(f, -1):
		return append(out, "-inf"...)
	}
	return strconv.AppendFloat(out, f, 'g', -1, bits)
}

func formatString(out []byte, s string) []byte {
	out = append(out, '"')
	for _, r := range s {
		out = formatRune(out, r, '"')
	}
	return append(out, '"')
}

// formatRune writes a character between the given quotes.
func formatRune(out []byte, r, quote rune) []byte {
	switch {
	case r == '\n':
		return append(out, `\n`...)
	case r == '\r':
		return append(out, `\r`...)
	case r == '\t':
		return append(out, `\t`...)
	case r == '\\' || r == quote:
		return append(out, '\\', byte(r))
	case !strconv.IsPrint(r):
		out = strconv.AppendInt(append(out, `\u{`...), int64(r), 16)
		return append(out, '}')
	}
	return append(out, string(r)...)
}
