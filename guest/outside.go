package guest

// Outside is what the call of an import panics with where there is no host that could answer it: on the developer's
// machine.
func Outside(function string) string {
	return "guest: " + function + " can be called only inside of a component"
}

// Unregistered is what the call of an exported function panics with that nothing implements.
func Unregistered(function, register string) string {
	return "guest: " + function + " was called, but nothing implements it: call " + register + " from a func init"
}
