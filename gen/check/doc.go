// Package check compares what is generated with what is on disk.
//
// A generator owns its output directory: whatever has its header there is its own. So a file that it would
// write differently is stale, one that it would write and is not there is missing, and one with its header
// that it would not write is an orphan, left by an interface that has gone. Files without the header
// belong to people and are never touched.
package check
