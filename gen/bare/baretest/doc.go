// Package baretest is a specimen of the Go that package bare compiles. It has no purpose but to be compiled twice, by bare
// and by Go itself, so that a test can see that both do the same.
package baretest
