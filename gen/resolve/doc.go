// Package resolve makes the model of WIT text: it reads files and finds what names stand for.
package resolve
