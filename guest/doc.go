// Package guest is what generated code of components stands on: the only package that it imports, and one that
// imports nothing but Go's standard library.
//
// It has the Go forms of WIT types that Go does not have (the same as runtime/glue has for hosts), the ownership of
// resources, and the part of the canonical ABI that a guest answers for: that what the other side looks at stays
// reachable and in place until it has looked, and that memory which it asks for is there.
//
// # Memory under the garbage collector
//
// Stock Go for GOOS=wasip1 runs goroutines on one thread. A function that the host calls runs on the goroutine that
// has called the host, or on the first one; there is no goroutine of its own. If it parks, the scheduler runs other
// goroutines inside of the host's call. That is all right in an exported function, but not while the host lowers
// values, when it calls cabi_realloc: a goroutine that calls an import then would trap, because a component may not
// be left during that.
//
// So what happens between lowering and lifting happens at once. [Enter] pins the goroutine, with what sync.Pool uses
// for that; as long as it is pinned nothing parks: the allocator neither starts a collection nor pays for one, and
// nothing is preempted. [Leave] ends that when the result is lifted. The same goes for the parameters of an exported
// function, and for cabi_realloc itself.
//
// Go's collector does not move what is on the heap, but a goroutine's stack moves when it grows. Nothing on a stack is
// ever passed: what is passed is put into a list first that keeps it reachable, by which the compiler sees that it has
// to be on the heap.
//
//   - What an import is given is reachable until Leave.
//   - What it returns is written to memory that cabi_realloc allocates as Go memory, and becomes the Go value without
//     a copy.
//   - What an exported function returns is reachable until the host has called the post-return function.
//
// Outside of a component, for example in a test on the developer's machine, there is no memory to share: the files for
// wasip1 are left out, and calls of imports panic.
package guest
