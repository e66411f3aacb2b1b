package syntax

// TypeDef gives a type a name (typedef-item): [*TypeAlias], [*Record], [*Flags], [*Variant], [*Enum] or
// [*Resource].
type TypeDef interface {
	InterfaceItem
	worldItem()
	Head() *TypeHead
}

// TypeHead is what all type definitions have.
type TypeHead struct {
	Span
	Docs Docs
	Gate Gate
	Name ID
}

func (h *TypeHead) interfaceItem() {}
func (h *TypeHead) worldItem()     {}

// Head returns what the definition has in common with others.
func (h *TypeHead) Head() *TypeHead { return h }

// TypeAlias is another name for a type (type-item).
type TypeAlias struct {
	TypeHead
	Type Type
}

// Record is a type with named fields (record-item).
type Record struct {
	TypeHead
	Fields []Field
}

// Field is a field of a record (record-field).
type Field struct {
	Docs Docs
	Name ID
	Type Type
}

// Flags is a set of named bits (flags-items).
type Flags struct {
	TypeHead
	Flags []Label
}

// Enum is a choice between names (enum-items).
type Enum struct {
	TypeHead
	Cases []Label
}

// Label is a flag of flags, or a case of an enum.
type Label struct {
	Docs Docs
	Name ID
}

// Variant is a choice between cases, which may have a value (variant-items).
type Variant struct {
	TypeHead
	Cases []Case
}

// Case is a case of a variant (variant-case).
type Case struct {
	Docs Docs
	Name ID
	Type Type // nil if the case has no value
}

// Resource is a type whose values stay where they are and are used by handle (resource-item).
type Resource struct {
	TypeHead
	Methods []ResourceMethod
}

// ResourceMethod is a function of a resource (resource-method): [*Constructor], [*Method] or [*Static].
type ResourceMethod interface {
	Node
	resourceMethod()
}

// Constructor makes a resource. Its type has a result only if it can fail.
type Constructor struct {
	Span
	Docs    Docs
	Gate    Gate
	Keyword Span
	Type    *FuncType
}

// Method is a function with a handle of the resource as the first parameter, which isn't written.
type Method struct {
	Func
}

// Static is a function that belongs to a resource and gets no handle of it.
type Static struct {
	Func
}

func (*Constructor) resourceMethod() {}
func (*Method) resourceMethod()      {}
func (*Static) resourceMethod()      {}

// Type is a type where it is used (ty): [*Primitive], [*NamedType], [*List], [*Map], [*Option], [*Result],
// [*Tuple], [*Future], [*Stream], [*Own] or [*Borrow].
type Type interface {
	Node
	ty()
}

// Primitive is a type that has no parts. Its name is one of bool, s8, u8, s16, u16, s32, u32, s64, u64,
// f32, f64, char, string and error-context.
type Primitive struct {
	Span
	Name string
}

// NamedType is a type that has been defined under a name.
type NamedType struct {
	ID
}

// List is list<T>, or list<T, N> of fixed length.
type List struct {
	Span
	Element Type
	Length  *Length // nil if the length is not fixed
}

// Length is the length of a list, at least 1.
type Length struct {
	Span
	Value uint32
}

// Map is map<K, V>. The key is a [*Primitive], or a [*NamedType], which is for a resolver to refuse.
type Map struct {
	Span
	Key, Value Type
}

// Option is option<T>.
type Option struct {
	Span
	Some Type
}

// Result is result, result<T>, result<T, E> or result<_, E>.
type Result struct {
	Span
	OK, Err Type // nil if there is no value
}

// Tuple is tuple<T, …>.
type Tuple struct {
	Span
	Types []Type
}

// Future is future or future<T>.
type Future struct {
	Span
	Payload Type // nil if there is none
}

// Stream is stream or stream<T>.
type Stream struct {
	Span
	Element Type // nil if there is none
}

// Own is own<R>.
type Own struct {
	Span
	Resource ID
}

// Borrow is borrow<R>.
type Borrow struct {
	Span
	Resource ID
}

func (*Primitive) ty() {}
func (*NamedType) ty() {}
func (*List) ty()      {}
func (*Map) ty()       {}
func (*Option) ty()    {}
func (*Result) ty()    {}
func (*Tuple) ty()     {}
func (*Future) ty()    {}
func (*Stream) ty()    {}
func (*Own) ty()       {}
func (*Borrow) ty()    {}
