package qemu

import (
	"fmt"
	"net"
	"os"
	"syscall"
)

// A serialLine is a pair of connected sockets. Sockets, because their ends are noticed on both sides, they
// push back when nobody reads, and they pass every byte; a pair, because it needs no name in a file system
// and no moment in which somebody has to connect.
type serialLine struct {
	host  net.Conn
	guest *os.File // for QEMU to inherit
}

// newSerialLine returns a line whose ends the caller must close.
func newSerialLine(name string) (*serialLine, error) {
	host, guest, err := socketPair()
	if err != nil {
		return nil, fmt.Errorf("serial line %s: %w", name, err)
	}
	hostFile := os.NewFile(uintptr(host), name)
	conn, err := net.FileConn(hostFile) // a duplicate, which does not block a thread
	hostFile.Close()
	guestFile := os.NewFile(uintptr(guest), name)
	if err != nil {
		guestFile.Close()
		return nil, fmt.Errorf("serial line %s: %w", name, err)
	}
	return &serialLine{host: conn, guest: guestFile}, nil
}

// socketPair makes sure that no process that happens to start at the same time inherits an end: it would
// keep the line open after QEMU has ended.
func socketPair() (host, guest int, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return 0, 0, os.NewSyscallError("socketpair", err)
	}
	syscall.CloseOnExec(fds[0])
	syscall.CloseOnExec(fds[1])
	return fds[0], fds[1], nil
}

func (l *serialLine) close() {
	l.host.Close()
	l.guest.Close()
}
