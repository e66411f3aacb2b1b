package inspect

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/runtime/component"
)

// coreFuncText writes a core function type as "(i32, i64) -> i32".
func coreFuncText(t *component.CoreFuncType) string {
	text := "(" + coreValTypes(t.Params) + ")"
	switch len(t.Results) {
	case 0:
	case 1:
		text += " -> " + t.Results[0].String()
	default:
		text += " -> (" + coreValTypes(t.Results) + ")"
	}
	return text
}

func coreValTypes(types []component.CoreValType) string {
	var b strings.Builder
	for i, t := range types {
		if b.Len() > maxTypeText {
			b.WriteString("…")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(t.String())
	}
	return b.String()
}

func globalText(t component.CoreValType, mutable bool) string {
	if mutable {
		return "mut " + t.String()
	}
	return t.String()
}

func tableText(elem component.CoreValType, l component.CoreLimits) string {
	return limitsText(l) + " " + elem.String()
}

// usualPageLog2 is the size of a page of memory, unless the memory says otherwise: 64 KB.
const usualPageLog2 = 16

func memoryText(l component.CoreLimits) string {
	pages := "pages"
	if l.HasMax && l.Max == 1 || !l.HasMax && l.Min == 1 {
		pages = "page"
	}
	text := limitsText(l) + " " + pages
	if !l.HasMax {
		text = fmt.Sprintf("%d %s or more", l.Min, pages)
	}
	if l.PageLog2 != usualPageLog2 {
		text += fmt.Sprintf(" of 2^%d bytes", l.PageLog2)
	}
	if l.Wide {
		text += ", 64-bit"
	}
	if l.Shared {
		text += ", shared"
	}
	return text
}

// limitsText writes limits as "2 to 8", "2" if there is no choice, or "2 or more".
func limitsText(l component.CoreLimits) string {
	switch {
	case !l.HasMax:
		return fmt.Sprintf("%d or more", l.Min)
	case l.Max == l.Min:
		return fmt.Sprint(l.Min)
	}
	return fmt.Sprintf("%d to %d", l.Min, l.Max)
}
