package abi

import "slices"

// Same reports whether two value types are the same: their structure with all names, and the identities of
// resource types. Values of one then have the layout of the other. Either may be nil, for no type.
func Same(a, b *Type) bool {
	if a == b {
		return true
	}
	return a != nil && b != nil && a.Kind == b.Kind && a.Len == b.Len && a.Resource == b.Resource &&
		Same(a.Elem, b.Elem) && slices.Equal(a.Labels, b.Labels) &&
		slices.EqualFunc(a.Fields, b.Fields, func(x, y Field) bool { return x.Name == y.Name && Same(x.Type, y.Type) }) &&
		slices.EqualFunc(a.Cases, b.Cases, func(x, y Case) bool { return x.Name == y.Name && Same(x.Type, y.Type) })
}

// SameFunc reports whether two function types are the same: their parameters with their names, their result, and
// whether they are async.
func SameFunc(a, b *Func) bool {
	return a.Async == b.Async && Same(a.Result, b.Result) &&
		slices.EqualFunc(a.Params, b.Params, func(x, y Param) bool { return x.Name == y.Name && Same(x.Type, y.Type) })
}
