package componentize

// shake drops what nobody needs of adapters.
func (b *build) shake() error { return nil }
