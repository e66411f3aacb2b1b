// Http-handler answers HTTP requests as a component of the world wasi:http/proxy, which servers of many makers run. The
// application in app.go is an http.Handler of Go's standard library, and server.go lets wasi:http call it.
//
//	go generate ./http-handler      # after a change to wit/handler.wit
//	witgen build ./http-handler     # http-handler.wasm
//	jco serve http-handler.wasm
//
// Witan itself does not serve HTTP yet. The test has the component answer requests from a host that has no network.
package main

import "github.com/witan-os/witan/examples/http-handler/generated/exports/wasi/http/v0.2/incominghandler"

//go:generate go tool witgen generate

// A component like this one has nothing to run. It says what implements its exports, and is called.
func main() {}

func init() { incominghandler.Export(server{newApp()}) }
