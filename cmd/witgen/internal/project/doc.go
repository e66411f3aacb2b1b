// Package project creates projects: Go modules with WIT, what is generated from it, and Go code on one side of it or on
// both, with tests. [Templates] are the kinds that there are, each with its files in a directory below template. The
// files have .tmpl at their end, so that the go command does not take them for its own.
package project
