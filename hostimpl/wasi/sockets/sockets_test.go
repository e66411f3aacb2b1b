package sockets

import (
	"errors"
	"slices"
	"testing"

	"github.com/witan-os/witan/generated/wasi/sockets/v0.2/instancenetwork"
	"github.com/witan-os/witan/generated/wasi/sockets/v0.2/ipnamelookup"
	"github.com/witan-os/witan/generated/wasi/sockets/v0.2/network"
	"github.com/witan-os/witan/generated/wasi/sockets/v0.2/tcpcreatesocket"
	"github.com/witan-os/witan/generated/wasi/sockets/v0.2/udpcreatesocket"
)

// TestInterfaces checks that a program that imports all of wasi:sockets links: every interface of the world
// wasi:sockets/imports is there, with the resources that it defines.
func TestInterfaces(t *testing.T) {
	want := map[string][]string{
		"wasi:sockets/network@0.2.12":           {"network"},
		"wasi:sockets/instance-network@0.2.12":  nil,
		"wasi:sockets/ip-name-lookup@0.2.12":    {"resolve-address-stream"},
		"wasi:sockets/tcp@0.2.12":               {"tcp-socket"},
		"wasi:sockets/tcp-create-socket@0.2.12": nil,
		"wasi:sockets/udp@0.2.12":               {"udp-socket", "incoming-datagram-stream", "outgoing-datagram-stream"},
		"wasi:sockets/udp-create-socket@0.2.12": nil,
	}
	for _, i := range Interfaces() {
		resources, known := want[i.Name]
		if !known {
			t.Errorf("%s is not wanted, or there twice", i.Name)
		}
		delete(want, i.Name)
		var got []string
		for _, r := range i.Resources {
			got = append(got, r.Name)
		}
		slices.Sort(got)
		slices.Sort(resources)
		if !slices.Equal(got, resources) {
			t.Errorf("%s has the resources %v, want %v", i.Name, got, resources)
		}
	}
	for name := range want {
		t.Errorf("%s is missing", name)
	}
}

// TestNothingIsReached checks that every way out is refused with the code that says so, also for an address
// in text form, which would need no resolver.
func TestNothingIsReached(t *testing.T) {
	var (
		networks instancenetwork.Host = host{}
		names    ipnamelookup.Host    = host{}
		tcp      tcpcreatesocket.Host = host{}
		udp      udpcreatesocket.Host = host{}
	)
	ctx := t.Context()
	net, err := networks.InstanceNetwork(ctx)
	if err != nil || net.Value() == nil {
		t.Fatalf("instance-network gave %v, %v", net.Value(), err)
	}
	refused := func(what string, err error) {
		var code network.ErrorCode
		if !errors.As(err, &code) || code != network.ErrorCodeAccessDenied {
			t.Errorf("%s: %v, want access-denied", what, err)
		}
	}
	for _, name := range []string{"example.com", "localhost", "127.0.0.1", "::1", ""} {
		_, err := names.ResolveAddresses(ctx, net.Value(), name)
		refused("resolving "+name, err)
	}
	for _, family := range []network.IPAddressFamily{network.IPAddressFamilyIPv4, network.IPAddressFamilyIPv6} {
		_, err := tcp.CreateTCPSocket(ctx, family)
		refused("a TCP socket for "+family.String(), err)
		_, err = udp.CreateUDPSocket(ctx, family)
		refused("a UDP socket for "+family.String(), err)
	}
}
