// Package project creates projects: a Go module with WIT, what is generated from it, a host, a guest and a test, which
// builds, tests, runs and boots as it is.
//
// The files are made of what is below template, for which the file names have .tmpl at their end, so that the go
// command does not take them for its own. The guest is a component that was compiled for a project with a name of
// its own, and is renamed; see [rename].
package project
