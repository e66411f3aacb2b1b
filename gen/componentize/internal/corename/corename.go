// Package corename reads the names by which a core module says what its imports and exports stand for in the
// component that it is to become.
//
// There are two schemes. The older one grew with the tools that use it: an import from "wasi:io/streams@0.2.0" is
// a function of that interface, and marks in square brackets stand for everything that is no function, for example
// "[resource-drop]input-stream". The newer one begins all names with "cm32p2", the model and memory that they are
// for, and separates with characters that WIT has no use for. A module may mix them, name by name.
//
// Nothing here knows a world: whether there is such an interface or function is for others to find out.
//
// Specification: BuildTargets, as proposed for the Component Model; the older scheme is that of wit-component.
package corename

import (
	"strconv"
	"strings"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// standard begins the names of the newer scheme.
const standard = "cm32p2"

// Import is what an import of a core module asks for.
type Import struct {
	// Exported is set for what belongs to an export of the component, such as the functions that make handles of
	// a resource which it implements.
	Exported bool
	// Interface is the name of the interface, an ID or a plain name, and "" for the world itself.
	Interface string

	// Builtin is set for what the canonical ABI provides. Otherwise the import is the function Name, of which
	// Async asks for the asynchronous form.
	Builtin bool
	Op      component.BuiltinOp
	// Name is the function or resource that the import is about, "" for built-ins that are about neither.
	Name string
	// Async, Cancellable, Slot, SlotType and Encoding are immediates of built-ins.
	Async, Cancellable bool
	Slot               uint32
	SlotType           component.CoreValType
	Encoding           abi.Encoding
	// Payload is which of the streams and futures in the type of the function a built-in is about, counted from
	// 0, or [Unit] for the type that carries nothing.
	Payload int
}

// Unit is the payload of streams and futures that carry nothing.
const Unit = -1

// ParseImport reads the names of an import. It never fails: a name without any meaning is taken for that of a
// function, which nobody will find.
func ParseImport(module, name string) Import {
	if module == standard {
		return parseStandardImport("", name)
	}
	if rest, ok := strings.CutPrefix(module, standard+"|"); ok {
		return parseStandardImport(rest, name)
	}
	var i Import
	if module, i.Exported = strings.CutPrefix(module, "[export]"); module != "$root" {
		i.Interface = module
	}
	i.parse(name)
	return i
}

func parseStandardImport(module, name string) Import {
	i := Import{Name: name}
	i.Interface, i.Exported = strings.CutPrefix(module, "_ex_")
	for suffix, op := range map[string]component.BuiltinOp{
		"_drop": component.ResourceDrop, "_new": component.ResourceNew, "_rep": component.ResourceRep,
	} {
		if resource, ok := strings.CutSuffix(name, suffix); ok {
			i.Name, i.Builtin, i.Op = resource, true, op
		}
	}
	return i
}

// parse reads a name of the older scheme.
func (i *Import) parse(name string) {
	rest, async := strings.CutPrefix(name, "[async-lower]")
	rest, cancellable := strings.CutPrefix(rest, "[cancellable]")
	i.Async, i.Cancellable = async, cancellable
	mark, operand, marked := cutMark(rest)
	if b := *i; marked && b.builtin(mark, operand) {
		*i = b
		i.Builtin = true
		return
	}
	i.Name = rest
}

// cutMark takes apart "[mark]operand".
func cutMark(name string) (mark, operand string, ok bool) {
	if !strings.HasPrefix(name, "[") {
		return "", "", false
	}
	return strings.Cut(name[1:], "]")
}

// builtin finds the built-in of a mark, and whether there is one.
func (i *Import) builtin(mark, operand string) bool {
	if op, ok := plainBuiltins[mark]; ok {
		i.Op, i.Name = op, operand
		return about(op) == (operand != "")
	}
	if at := strings.LastIndexByte(mark, '-'); at >= 0 {
		if op, ok := payloadBuiltins[mark[:at]]; ok {
			i.Op, i.Name = op, operand
			return i.payload(mark[at+1:])
		}
	}
	return operand == "" && (i.context(mark) || i.errorContext(mark))
}

// about tells whether a built-in is about a resource or function, whose name follows the mark.
func about(op component.BuiltinOp) bool {
	switch op {
	case component.ResourceNew, component.ResourceDrop, component.ResourceRep, component.TaskReturn:
		return true
	}
	return false
}

func (i *Import) payload(which string) bool {
	if which == "unit" {
		i.Payload = Unit
		return true
	}
	n, err := strconv.ParseUint(which, 10, 16)
	i.Payload = int(n)
	return err == nil
}

// context reads "context-get-0", which may have the type of the slot before its number.
func (i *Import) context(mark string) bool {
	rest, get := strings.CutPrefix(mark, "context-get-")
	if !get {
		var set bool
		if rest, set = strings.CutPrefix(mark, "context-set-"); !set {
			return false
		}
	}
	i.Op, i.SlotType = component.ContextSet, component.CoreI32
	if get {
		i.Op = component.ContextGet
	}
	if slot, wide := strings.CutPrefix(rest, "i64-"); wide {
		i.SlotType, rest = component.CoreI64, slot
	} else {
		rest = strings.TrimPrefix(rest, "i32-")
	}
	n, err := strconv.ParseUint(rest, 10, 32)
	i.Slot = uint32(n)
	return err == nil
}

// errorContext reads the built-ins for messages, which end with an encoding.
func (i *Import) errorContext(mark string) bool {
	for prefix, op := range map[string]component.BuiltinOp{
		"error-context-new-": component.ErrorContextNew, "error-context-debug-message-": component.ErrorContextDebugMessage,
	} {
		encoding, ok := strings.CutPrefix(mark, prefix)
		for _, e := range []abi.Encoding{abi.UTF8, abi.UTF16, abi.Latin1OrUTF16} {
			if ok && encoding == e.String() {
				i.Op, i.Encoding = op, e
				return true
			}
		}
	}
	return false
}

// plainBuiltins are the built-ins whose marks say everything, with the name of a resource or function behind some.
var plainBuiltins = map[string]component.BuiltinOp{
	"resource-new": component.ResourceNew, "resource-drop": component.ResourceDrop, "resource-rep": component.ResourceRep,
	"task-return": component.TaskReturn, "task-cancel": component.TaskCancel,
	"backpressure-inc": component.BackpressureInc, "backpressure-dec": component.BackpressureDec,
	"waitable-set-new": component.WaitableSetNew, "waitable-set-drop": component.WaitableSetDrop,
	"waitable-set-wait": component.WaitableSetWait, "waitable-set-poll": component.WaitableSetPoll,
	"waitable-set-wait-i32": component.WaitableSetWait, "waitable-set-poll-i32": component.WaitableSetPoll,
	"waitable-join": component.WaitableJoin,
	"subtask-drop":  component.SubtaskDrop, "subtask-cancel": component.SubtaskCancel,
	"error-context-drop": component.ErrorContextDrop,
	"thread-yield":       component.ThreadYield, "thread-index": component.ThreadIndex,
	"thread-suspend": component.ThreadSuspend, "thread-resume-later": component.ThreadResumeLater,
	"thread-suspend-then-resume":  component.ThreadSuspendThenResume,
	"thread-yield-then-resume":    component.ThreadYieldThenResume,
	"thread-suspend-then-promote": component.ThreadSuspendThenPromote,
	"thread-yield-then-promote":   component.ThreadYieldThenPromote,
}

// payloadBuiltins are those about a stream or future in the type of a function, and have its number in the mark.
var payloadBuiltins = map[string]component.BuiltinOp{
	"stream-new": component.StreamNew, "stream-read": component.StreamRead, "stream-write": component.StreamWrite,
	"stream-cancel-read": component.StreamCancelRead, "stream-cancel-write": component.StreamCancelWrite,
	"stream-drop-readable": component.StreamDropReadable, "stream-drop-writable": component.StreamDropWritable,
	"future-new": component.FutureNew, "future-read": component.FutureRead, "future-write": component.FutureWrite,
	"future-cancel-read": component.FutureCancelRead, "future-cancel-write": component.FutureCancelWrite,
	"future-drop-readable": component.FutureDropReadable, "future-drop-writable": component.FutureDropWritable,
}
