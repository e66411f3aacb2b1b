// Package screentest compares what a machine shows with what was drawn: its test boots itself, draws on the machine's
// screen, takes a picture of that from outside, and draws the same where nobody sees it.
package screentest
