// Package qemu runs a boot image in a virtual machine and makes it look like a process: bytes go in, bytes
// come out, and there is an exit status.
//
// # Serial lines
//
// The machine has three serial lines, because one line cannot carry a program's output unaltered and be a
// console at the same time:
//
//   - COM1 carries the program's standard input and output: raw bytes, nothing else.
//   - COM2 carries the kernel's log and the program's standard error: raw bytes, from the guest only.
//   - COM3 is the control line: text lines in both directions.
//
// The guest writes "ready" on the control line when its drivers of COM1 and COM3 run; only then does the host
// begin to send, because setting up a UART drops what has come in before. The host writes "eof COUNT" when
// standard input has ended after COUNT bytes, since a serial line itself has no end. The guest writes "exit
// STATUS", 0 to 255, before it ends the machine, since QEMU's own status has only seven bits to spare, and
// "reboot" before it restarts it.
//
// # Status
//
// A status on the control line counts. Without one, the guest may have ended QEMU through the isa-debug-exit
// device, which gives status*2+1; the status counts unless it is zero, because QEMU's own failures also end
// with 1. Anything else, such as the even status after a triple fault, is a CrashError.
//
// # Restarts
//
// QEMU never resets the machine by itself: it could not tell a guest that wants it from one that fell into a triple
// fault, and would do that over and over. It ends, and Run starts it anew if the guest has announced that. So a restart
// is as thorough as can be; what outlasts it is what lies in files, such as those of disks.
package qemu
