// Package archtest keeps the house in order: its tests read the whole source tree and fail
// when a package imports what its room must not know, or when a file breaks one of the
// habits that every room shares. There is no code to call.
//
// The import rules are data, in rules_test.go. To let a room know something new, change its
// row there together with the reason that stands beside it.
package archtest
