// Package instance runs components: it instantiates a checked component against host interfaces, owns
// the instances' resource handles, and carries calls across their boundary with limits, traps and
// poisoning.
//
// [Compile] turns a file into a [Component]; [Component.Instantiate] walks its definitions (walk.go)
// and gives an [Instance]. Calls into it go through an [Export], calls out of it through the [Boundary]
// of a host function. The canonical ABI itself is not here: generated code and runtime/value move the
// values, and ask the boundary to check what the guest claims.
package instance
