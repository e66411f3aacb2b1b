// Package payload is the container that a program travels in from the image builder to the machine: what to put where
// in memory, how to start it, and a signature over all of it.
//
// The builder and the loader's second stage share it, so there is one description of the format. What the second stage
// needs of it works without trust in a single byte: every length is compared with the bytes that are there before it
// costs memory, the signature is checked before anything else is believed, and every hash before anything is unpacked.
//
// # Format, version 1
//
// All numbers are little endian. The container starts with a header of [HeaderSize] bytes:
//
//	offset size
//	  0     8   magic "WITANPAY"
//	  8     4   version of the format, 1
//	 12     4   number of parts, 1 to [MaxParts]
//	 16     8   size of the whole container in bytes
//	 24     4   kind of the payload
//	 28     4   CPUs: how many the payload may start, 1 to 256
//	 32     8   version of the payload
//	 40     8   address that the loader jumps to
//	 48     8   address of the CPUs' stacks
//	 56     8   size of each stack
//	 64     8   first address past everything that the payload was given, page aligned
//	 72     8   least memory in bytes that the machine must have
//	 80     8   virtual address of a second map of physical memory, or 0
//	 88     8   identity of the key: the first 8 bytes of its SHA-256
//	 96    32   SHA-256 of the description of the entry point's type
//	128    96   name of that type, filled up with zeroes
//	224    32   zero
//
// Behind it lies an entry of [PartSize] bytes for every part:
//
//	offset size
//	  0     4   kind: 1 a segment of the program, 2 the ramdisk
//	  4     4   encoding: 0 as it is, 1 one frame of zstd (RFC 8878)
//	  8     8   physical address, a multiple of the page size for a ramdisk
//	 16     8   size in memory
//	 24     8   size of its data; the loader clears the rest of its memory
//	 32     8   offset in the container
//	 40     8   size in the container
//	 48    32   SHA-256 of what is in the container
//
// Then come the signature, 64 bytes of Ed25519 (RFC 8032) over [signatureContext], header and entries, and the parts
// themselves, one behind the other and nothing between or behind them. Since the entries have hashes of all parts, the
// signature covers every byte. The parts' addresses rise and do not overlap.
package payload
