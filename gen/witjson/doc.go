// Package witjson reads and writes resolved WIT in the JSON form that wasm-tools has for it, in which WIT goes
// from one tool to another without being resolved again.
//
// The form is a graph written as four arrays (worlds, interfaces, types and packages), whose elements refer to
// each other by index. [Encode] numbers them as wasm-tools does, so that the same WIT gives the same JSON in both
// wherever the model still knows what the numbers come from. [Decode] takes a document for what it is, an
// allegation: it checks sizes, indices, names and the shape of everything before a model is made of it.
//
// The JSON knows less than WIT text: it has no places, and does not tell which of its packages was asked for.
package witjson
