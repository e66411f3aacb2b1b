package syntax

// kind tells tokens apart.
type kind uint8

const (
	eof kind = iota
	identifier
	integer
	stringLiteral
	versionNumber // lexed only where the grammar has a version, it looks like several other tokens
	underscore

	equals
	comma
	colon
	semicolon
	leftParen
	rightParen
	leftBrace
	rightBrace
	lessThan
	greaterThan
	star
	arrow
	slash
	period
	at

	firstKeyword
)

const (
	kwAs = firstKeyword + iota
	kwAsync
	kwBool
	kwBorrow
	kwChar
	kwConstructor
	kwEnum
	kwErrorContext
	kwExport
	kwF32
	kwF64
	kwFlags
	kwFrom
	kwFunc
	kwFuture
	kwImport
	kwInclude
	kwInterface
	kwList
	kwMap
	kwOption
	kwOwn
	kwPackage
	kwRecord
	kwResource
	kwResult
	kwS16
	kwS32
	kwS64
	kwS8
	kwStatic
	kwStream
	kwString
	kwTuple
	kwType
	kwU16
	kwU32
	kwU64
	kwU8
	kwUse
	kwVariant
	kwWith
	kwWorld
)

// spellings are the tokens that have only one.
var spellings = [...]string{
	underscore: "_", equals: "=", comma: ",", colon: ":", semicolon: ";", leftParen: "(", rightParen: ")",
	leftBrace: "{", rightBrace: "}", lessThan: "<", greaterThan: ">", star: "*", arrow: "->", slash: "/",
	period: ".", at: "@",

	kwAs: "as", kwAsync: "async", kwBool: "bool", kwBorrow: "borrow", kwChar: "char",
	kwConstructor: "constructor", kwEnum: "enum", kwErrorContext: "error-context", kwExport: "export",
	kwF32: "f32", kwF64: "f64", kwFlags: "flags", kwFrom: "from", kwFunc: "func", kwFuture: "future",
	kwImport: "import", kwInclude: "include", kwInterface: "interface", kwList: "list", kwMap: "map",
	kwOption: "option", kwOwn: "own", kwPackage: "package", kwRecord: "record", kwResource: "resource",
	kwResult: "result", kwS16: "s16", kwS32: "s32", kwS64: "s64", kwS8: "s8", kwStatic: "static",
	kwStream: "stream", kwString: "string", kwTuple: "tuple", kwType: "type", kwU16: "u16", kwU32: "u32",
	kwU64: "u64", kwU8: "u8", kwUse: "use", kwVariant: "variant", kwWith: "with", kwWorld: "world",
}

// keywords finds the kind of a word.
var keywords = func() map[string]kind {
	m := make(map[string]kind, len(spellings)-int(firstKeyword))
	for k := kwAs; int(k) < len(spellings); k++ {
		m[spellings[k]] = k
	}
	return m
}()

func (k kind) isKeyword() bool { return k >= firstKeyword }

// spelling is how a keyword or a punctuation mark is written.
func (k kind) spelling() string { return spellings[k] }

// String says what a token of this kind is, as messages do.
func (k kind) String() string {
	switch k {
	case eof:
		return "the end of the file"
	case identifier:
		return "an identifier"
	case integer:
		return "an integer"
	case stringLiteral:
		return "a string"
	case versionNumber:
		return "a version"
	}
	if k.isKeyword() {
		return "keyword `" + spellings[k] + "`"
	}
	return "`" + spellings[k] + "`"
}

// token is a piece of the text. Its role is there for the formatter, which needs to know what the parser
// knows of it.
type token struct {
	kind kind
	role role
	Span
}

func (t token) opens() bool {
	return t.kind == leftBrace || t.kind == leftParen || t.kind == lessThan
}

func (t token) closes() bool {
	return t.kind == rightBrace || t.kind == rightParen || t.kind == greaterThan
}

// role is the part that a token plays beyond its kind.
type role uint8

const (
	plain      role = iota
	tight           // inside of a path: no space on either side
	endsLine        // nothing but a comment follows on the line
	blockOpen       // what is up to the matching blockClose stands on lines of its own
	blockClose      // ends that
	listOpen        // what is up to the matching listClose stands on one line if it fits
	listClose       // ends that
	bodyOpen        // as listOpen, with spaces inside of the braces
	bodyClose       // ends that
	lastClose       // a bodyClose that also ends the line
	itemStart       // begins a top-level item that has an empty line before it
)
