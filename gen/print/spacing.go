package print

import "github.com/witan-os/witan/gen/model"

// group is what stands together without empty lines.
type group uint8

const (
	nothing group = iota
	uses
	types
	functions
	imports
	exports
)

// spacing puts empty lines between the items of a block: between groups, and around items that take more than
// a line.
type spacing struct {
	*writer
	last group
	tall bool
}

// before is called before each item.
func (s *spacing) before(g group, tall bool) {
	if s.last != nothing && (g != s.last || tall || s.tall) {
		s.line()
	}
	s.last, s.tall = g, tall
}

// tall tells whether an item takes more than a line for what stands before it.
func tall(docs string, s model.Stability, externalID string) bool {
	return docs != "" || s != model.Stability{} || externalID != ""
}

func tallType(d *model.TypeDef, funcs []*model.Func) bool {
	return tall(d.Docs, d.Stability, d.ExternalID) || len(funcs) > 0 || d.Type != nil && d.Type.Def == d
}
