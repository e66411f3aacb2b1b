// Package host is what the kernel offers to the Go implementations of witan:kernel: interfaces and the data that
// passes through them, and no code.
//
// An implementation in hostimpl/witan is asked for the interfaces of one process after the other (see [vm.Provider]).
// [Of] then gives it the kernel as that process may use it. Implementations know neither the table of processes nor
// how they are run, and the kernel does not know WIT.
package host

import (
	"context"
	"errors"
	"time"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

// Kernel is the kernel as one process may use it. Whether the process may import the interface that an operation
// belongs to was decided before. Any goroutine may call it.
type Kernel interface {
	Objects
	Children
	Supervision
	Monitor
	Machine
	Messages
}

// Of returns the kernel for a process. There is none for a program that runs by itself.
func Of(p *vm.Process) (Kernel, bool) {
	k, ok := p.Kernel.(Kernel)
	return k, ok
}

// The errors of the kernel, besides those of kernel/capability and kernel/ipc and of contexts.
var (
	ErrNotFound    = errors.New("there is none of that name or number")
	ErrDenied      = errors.New("denied")
	ErrOverBudget  = errors.New("the budget of the process is used up")
	ErrUnsupported = errors.New("this machine has none")
)

// Objects are the kernel objects that a process can reach.
type Objects interface {
	// Space has the capabilities of the process. What the process makes belongs into it, so that it ends with the
	// process.
	Space() *capability.Space
	// Grants are what the manifest gives to the process, in the manifest's order, and then the capability that its
	// parent has passed, which is named [ParentGrant].
	Grants() []Grant
	// Granted makes a reference to what the manifest gives under a name; it belongs to the caller. It fails with
	// [ErrNotFound], and with [capability.ErrRevoked].
	Granted(name string) (*capability.Ref, error)
	// Device is a device that the manifest gives under a name. The process has it, with what is made of it, until its
	// end. It fails with [ErrNotFound], with [ErrUnsupported] if the machine has none, and with [ErrDenied] if another
	// process has it.
	Device(name string) (Device, error)
	// Charge takes bytes from the budget of memory of the process, before they are allocated. It fails with
	// [ErrOverBudget]. Refund gives them back; at the end of the process that needs no call.
	Charge(bytes uint64) error
	Refund(bytes uint64)
	// Refused records that the process tried what it has no right to.
	Refused(detail string)
}

// Device is a device as a driver is given it. The objects that it makes are the driver's: they belong into its space.
type Device interface {
	Info() device.Info
	Window(number int) (capability.Object, error)
	Interrupt(number int) (capability.Object, error)
	// DMA fails with [ErrOverBudget] for more than the manifest allows in all.
	DMA(size uint64) (capability.Object, error)
}

// ParentGrant is the name of the capability that a process was started with.
const ParentGrant = "parent"

// Grant is a capability that a process was given under a name.
type Grant struct {
	Name   string
	Kind   capability.Kind
	Rights capability.Rights
}

// Messages are those to endpoints that the process serves.
type Messages interface {
	// Handle says how the component of the process is called for them, for a process that serves any. It is for use
	// before there is an instance.
	Handle(bind func(i *glue.Instance) (Handler, error))
}

// Handler has an instance handle messages. It is for one goroutine at a time.
type Handler interface {
	// Handle has a message handled in a context, that of the instance. It fails with [ipc.ErrNoReply] if there is no
	// answer, with [capability.ErrNoSlots] if the instance has no room for the message's capability, and otherwise if the
	// instance has not returned. The message's capability is used up, also by an error. Its
	// payload is borrowed, and that of the answer may be in buf. The capability of the answer is in the process's space.
	// Neither pointer is kept.
	Handle(ctx context.Context, m *ipc.Delivery, buf []byte, answer *ipc.Message) error
}

// Children are the processes that a process has started.
type Children interface {
	// Spawn starts a process that the manifest describes and lists as startable for this one. The arguments are put
	// behind those of the manifest. passed, which may be nil, is the new process's; after an error it is the
	// caller's still. It fails with [ErrNotFound], [ErrDenied] or [ErrOverBudget].
	Spawn(ctx context.Context, name string, args []string, passed *capability.Ref) (Child, error)
}

// Child is a process that another one has started.
type Child interface {
	ID() uint64
	// Object makes an object of the process, of the kind that [Supervision] is about. It belongs into the space of the
	// process that has started the other one.
	Object() capability.Object
	// Wait waits for the end; its error is that of ctx. A process that is started again has not ended.
	Wait(ctx context.Context) (Ending, error)
	// Ending is how the process has ended, if it has.
	Ending() (Ending, bool)
	// Kill ends the process for good, and returns when it has ended, when it waits for an answer of the one that has
	// started it, or when ctx is done.
	Kill(ctx context.Context) error
	// Release is for when nobody asks for the process any more. It goes on; once it has ended, nothing is kept of it.
	Release()
}

// Supervision is what references of the kind process are for. They are to a process with all its lives: what ends one of
// these is no end of the process if it is started again.
type Supervision interface {
	// Status tells how a process is doing. Needs the right to read.
	Status(via *capability.Ref) (Status, error)
	// Await waits until the process has ended and is not started again. Needs the right to receive. The error is that of
	// ctx, or [capability.ErrRevoked] when the reference ends first.
	Await(ctx context.Context, via *capability.Ref) (Ending, error)
	// End ends the process as [Monitor].Kill does. Needs the right to execute, which nobody has to an essential one. A
	// reference that ends before the process was condemned has no effect, and the error is [capability.ErrRevoked].
	End(ctx context.Context, via *capability.Ref) error
}

// Status is what a reference to a process shows of it.
type Status struct {
	ID       uint64
	Name     string
	State    State
	Restarts uint32
	Ending   Ending // if State is Ended
}

// EndKind tells in what way a process has ended.
type EndKind uint8

// The ways to end.
const (
	Exited  EndKind = iota // by itself, with a status
	Trapped                // by a trap
	Killed                 // by somebody else
)

// Ending is how a process has ended.
type Ending struct {
	Kind   EndKind
	Status uint8  // when it exited
	Reason string // when it trapped or was killed, for people
}

// Monitor shows all processes.
type Monitor interface {
	// Processes returns all processes that have not ended, in the order of their numbers, and those that have ended
	// and will not be started again as long as somebody holds them.
	Processes() []Info
	// Calls returns the system calls that a process has made at least once, in the order of their numbers.
	Calls(id uint64) ([]Count, error)
	// Audit returns the entries of the kernel's record behind the one of that number, the oldest first, limit of them
	// at most. Old ones are overwritten in time, which leaves a gap in the numbers.
	Audit(after uint64, limit int) []Event
	// Trace has the calls of a process printed, or no longer.
	Trace(id uint64, on bool) error
	// Kill ends a process, which is started again if its restart policy says so. It fails with [ErrDenied] for an
	// essential one and with [ErrNotFound], and returns when the process has ended, when it waits for an answer of the
	// one that asks, or when ctx is done. A process that kills itself is told so by an error that ends it.
	Kill(ctx context.Context, id uint64) error
}

// State is what a process does just now.
type State uint8

// The states. They are those of witan:kernel/monitor.
const (
	Starting State = iota
	Running
	Waiting
	Ended
)

// String returns the state as listings have it.
func (s State) String() string {
	return [...]string{"starting", "running", "waiting", "ended"}[s]
}

// Info is what can be seen of a process.
type Info struct {
	ID, Parent  uint64 // Parent is 0 for the kernel
	Name        string
	State       State
	Uptime      time.Duration
	CPUTime     time.Duration // work that it was charged for
	Memory      uint64        // bytes
	MemoryLimit uint64        // bytes
	Handles     uint32        // capabilities that it holds
	Calls       uint64        // system calls
	Denied      uint64        // system calls and capabilities that were refused
	Restarts    uint32
}

// Count is how often a system call was made.
type Count struct {
	Number uint16 // see generated/systable
	Name   string
	Count  uint64
}

// Event is an entry of the kernel's record.
type Event struct {
	Sequence uint64        // from 1, without gaps
	Time     time.Duration // since the system's start
	ID       uint64        // of the process that it is about
	Name     string        // and its name
	What     string        // one word: denied, killed, started, ended, trapped, and so on
	Detail   string        // for people
}

// Machine is the machine as a whole.
type Machine interface {
	Summary() Summary
	// Shutdown ends the system with a status. It returns at once; the process that asked ends with the others.
	Shutdown(status uint8)
	// Reboot starts the machine anew, or ends the system if there is no machine under it.
	Reboot()
}

// Summary is what the machine has.
type Summary struct {
	CPUs       int
	Memory     uint64 // bytes
	MemoryUsed uint64 // bytes
	Metal      bool
}
