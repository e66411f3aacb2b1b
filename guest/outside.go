package guest

// Outside ends the call of an import where there is no host that could answer it: on the developer's machine.
func Outside(function string) {
	panic("guest: " + function + " can be called only inside of a component")
}

// Unregistered ends the call of an exported function for which nobody has registered an implementation.
func Unregistered(function, register string) {
	panic("guest: " + function + " was called, but nothing implements it: call " + register + " from a func init")
}
