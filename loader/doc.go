// Package loader is what a program says to the loader that starts it, and what it hears back.
//
// Every Go program that package kernel/metal is linked into can be a payload: the loader enters it, the Go runtime starts,
// and main runs. A payload with demands of its own declares the function that it wants to be entered by, and its options:
//
//	var entry = loader.Entry(boot, loader.Options{StackSize: 64 << 10, CPUs: 4})
//
//	func boot(info *loader.BootInfo) { … }
//
//	func main() { entry.Run() }
//
// The image builder finds the declaration in the linked program and writes its type and options into the payload's
// header, which is signed; the loader refuses a payload whose entry has another type than the one that it was built to call.
// So a payload that expects another BootInfo than the loader gives does not start to find out.
//
// The rest of the loader is in the directories below: payload is the container and its verification, stage2 the program
// that firmware starts and that starts the payload, image the builder of what machines boot, signing the keys; qemu and
// vmexec run images.
package loader
