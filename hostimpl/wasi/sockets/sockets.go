// Package sockets implements wasi:sockets as a network that reaches nothing. Common toolchains import all of
// wasi:sockets into programs that never open a socket; with these interfaces they link and run, and a
// program that does want a network gets an error that it knows from other systems.
//
// Everything that would lead out fails with access-denied. The standard allows that code for every function,
// and it says what is the case: this program may not use the network, and trying again will not help.
// not-supported would send programs on to another address family, new-socket-limit to closing sockets, and
// the codes of the name resolver would blame a name that nobody looked up.
//
// Since no socket is ever created, there is no implementation of the socket resources: a component cannot
// hold a handle to call their methods on.
package sockets

import (
	"context"

	"github.com/witan-os/witan/generated/wasi/sockets/v0.2/instancenetwork"
	"github.com/witan-os/witan/generated/wasi/sockets/v0.2/ipnamelookup"
	"github.com/witan-os/witan/generated/wasi/sockets/v0.2/network"
	"github.com/witan-os/witan/generated/wasi/sockets/v0.2/tcp"
	"github.com/witan-os/witan/generated/wasi/sockets/v0.2/tcpcreatesocket"
	"github.com/witan-os/witan/generated/wasi/sockets/v0.2/udp"
	"github.com/witan-os/witan/generated/wasi/sockets/v0.2/udpcreatesocket"
	"github.com/witan-os/witan/runtime/glue"
)

// Interfaces are all interfaces of wasi:sockets. They have no state, so processes may share them.
func Interfaces() glue.Fixed {
	var all glue.Fixed
	for _, group := range []glue.Fixed{
		network.Provide(),
		instancenetwork.Provide(host{}),
		ipnamelookup.Provide(host{}),
		tcp.Provide(),
		tcpcreatesocket.Provide(host{}),
		udp.Provide(),
		udpcreatesocket.Provide(host{}),
	} {
		all = append(all, group...)
	}
	return all
}

// host is a machine without a network.
type host struct{}

// nowhere is the network that a program is given. It confers no authority.
type nowhere struct{}

// InstanceNetwork cannot fail in WIT, so it gives a network that is of no use.
func (host) InstanceNetwork(context.Context) (glue.Own[network.Network], error) {
	return glue.Give[network.Network](nowhere{}), nil
}

// ResolveAddresses refuses to look up any name.
func (host) ResolveAddresses(context.Context, network.Network, string) (glue.Own[ipnamelookup.ResolveAddressStream], error) {
	return glue.Own[ipnamelookup.ResolveAddressStream]{}, network.ErrorCodeAccessDenied
}

// CreateTCPSocket refuses to create a socket of any address family.
func (host) CreateTCPSocket(context.Context, network.IPAddressFamily) (glue.Own[tcp.TCPSocket], error) {
	return glue.Own[tcp.TCPSocket]{}, network.ErrorCodeAccessDenied
}

// CreateUDPSocket refuses to create a socket of any address family.
func (host) CreateUDPSocket(context.Context, network.IPAddressFamily) (glue.Own[udp.UDPSocket], error) {
	return glue.Own[udp.UDPSocket]{}, network.ErrorCodeAccessDenied
}
