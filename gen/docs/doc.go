// Package docs renders a resolved WIT tree for people: a page for each package, as Markdown or HTML, on which
// every name of a type leads to where it is declared.
//
// A tree becomes pages first ([Pages]), which are plain data: headings, declarations made of pieces of code that may
// be links, and the words of the authors, which are Markdown. What a page looks like is the business of its
// [Format] alone.
package docs
