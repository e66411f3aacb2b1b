package metal

// staticError is an error that is a constant. Code that runs before the Go
// runtime, or in a handler, may return it: making one does not allocate, and
// neither does asking for its text.
type staticError string

func (e staticError) Error() string { return string(e) }
