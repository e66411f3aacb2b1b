// Package endtest looks from outside at how machines end: it boots the tests of kernel/metal with the way to end as their
// argument, and reads status and log. What is tested there could not be told from within.
package endtest
