package component

// modules compares module types. A module defined in the file itself has no declared type: whether it
// fits is found when the engine has compiled it.
func (m *matcher) module(wanted, actual *CoreModuleType) {}
