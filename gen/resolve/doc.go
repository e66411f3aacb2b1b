// Package resolve makes the model of WIT text: it reads the files of a package and of those below its deps, has
// gen/syntax parse them, and finds what each name stands for.
//
// It goes through the packages in the order of their dependencies. In each, interfaces come before those that
// use them, and worlds before those that include them, so that whatever a name can stand for is resolved
// before it is needed; what remains in a circle is reported. Something that can't be resolved stays known by its
// name, and nothing is said about what refers to it.
//
// Order and places follow the reference implementation: that of packages, interfaces, types and of what worlds
// import is the one that it prints, and an error is where it has it.
package resolve
