package guest

// Generated1 is named by code that was generated for this version of the package. If the compiler does not find it,
// the code has to be generated again.
const Generated1 = true
