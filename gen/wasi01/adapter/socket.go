//go:build wasip1

package adapter

// This file is about sockets. WASI 0.1 can use those that it is given, and the adapter gives none: what is open is
// no socket.

//go:wasmexport sock_accept
func sockAccept(fd, flags uint32, accepted guest) errno { return noSocket(fd) }

//go:wasmexport sock_recv
func sockRecv(fd uint32, iovecs guest, count, flags uint32, size, outFlags guest) errno {
	return noSocket(fd)
}

//go:wasmexport sock_send
func sockSend(fd uint32, iovecs guest, count, flags uint32, size guest) errno { return noSocket(fd) }

//go:wasmexport sock_shutdown
func sockShutdown(fd, how uint32) errno { return noSocket(fd) }

func noSocket(fd uint32) errno {
	if descriptorOf(fd).kind() == kindClosed {
		return errnoBadf
	}
	return errnoNotsock
}
