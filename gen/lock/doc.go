// Package lock keeps the numbers of system calls.
//
// A number, once given, belongs to its function forever: recorded calls, policies and audit logs refer to it. So
// the numbers are in a file of their own under version control, a line for each function ([Lock]). Lines are
// only ever added: the number of a function that has gone is retired and not given again. A line also says what
// the function was when it got its number, and the columns that are policy, which people edit.
//
// Two witnesses see to it that nobody rewrites the past by mistake. One is the WIT ([Calls], [Lock.Check]): a
// function that has changed or gone is an error until its number is retired. The other is the table that was
// last generated from the file ([Table], [Read]): a line that is missing or has another number is an error.
package lock
