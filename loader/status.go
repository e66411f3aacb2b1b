package loader

// StatusRefused is the exit status of a machine whose loader found the payload not to be what it may start: changed, cut
// off, signed by somebody else, too old, of another type, or too large for the machine. The log says which.
const StatusRefused = 123
