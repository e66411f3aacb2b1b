package cguest

import (
	"slices"
	"strconv"
	"strings"
)

// snake is a WIT name in C's lower case: "[method]output-stream.write" becomes "method_output_stream_write".
func snake(wit string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(wit), func(r rune) bool {
		return strings.ContainsRune("-.[]:/@+", r)
	}), "_")
}

// shout is a C name in the upper case of macros.
func shout(name string) string { return strings.ToUpper(name) }

// identifier is the C name of a field, case or parameter. One that C or C++ has given a meaning gets an underscore,
// which no WIT identifier can bring.
func identifier(wit string) string {
	name := snake(wit)
	if slices.Contains(keywords, name) {
		name += "_"
	}
	return name
}

// keywords are the words of C, of C++ so that a header can be included there, and of the headers that are always
// there, as far as they can be made from a WIT identifier. The names of a function's results are among them, since a
// parameter may not have the same.
var keywords = strings.Fields(`
	alignas alignof and and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand bitor bool break case catch
	char char16_t char32_t char8_t class co_await co_return co_yield compl concept const const_cast consteval constexpr
	constinit continue decltype default delete do double dynamic_cast else enum explicit export extern false float for
	friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private
	protected public reflexpr register reinterpret_cast requires restrict return short signed sizeof static
	static_assert static_cast struct switch synchronized template this thread_local throw true try typedef typeid
	typename typeof union unsigned using virtual void volatile wchar_t while xor xor_eq

	int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t intptr_t uintptr_t ptrdiff_t size_t max_align_t
	offsetof stdin stdout stderr errno assert

	ret err`)

// reservedNames are the names with linkage that every generated source may have.
var reservedNames = []string{"cabi_realloc", "cabi_malloc", "cabi_free", "cabi_blocks", "__wasm_export_cabi_realloc"}

// headers are those of the compiler that a generated header includes, and may not hide.
var headers = []string{"stdbool", "stddef", "stdint"}

// scope is a set of C names that must differ from each other.
type scope map[string]bool

func newScope(taken ...string) scope {
	s := scope{}
	for _, name := range taken {
		s[name] = true
	}
	return s
}

// claim returns name, with underscores behind it if it is taken. The answer depends on the order of the claims, which
// is that of the declarations.
func (s scope) claim(name string) string {
	for s[name] {
		name += "_"
	}
	s[name] = true
	return name
}

// number is claim with a number behind a name that is taken.
func (s scope) number(name string) string {
	unique := name
	for n := 2; s[unique]; n++ {
		unique = name + strconv.Itoa(n)
	}
	return s.claim(unique)
}

// claimType is claim for the name of a type, of which stem lacks the suffix. It returns both without and with it.
func (s scope) claimType(stem string) (string, string) {
	for s[stem+"_t"] {
		stem += "_"
	}
	return stem, s.claim(stem + "_t")
}

// members are the C names of a struct's or union's members, which must differ only from each other.
func members[T any](list []T, name func(T) string) []string {
	taken := scope{}
	names := make([]string, len(list))
	for i, m := range list {
		names[i] = taken.claim(identifier(name(m)))
	}
	return names
}
