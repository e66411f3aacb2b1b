// Package simulated has virtio devices in software, so that drivers run and are tested without a machine: a source of
// entropy and a disk. They behave as virtio 1.2 describes devices on PCI, with split queues and an interrupt per queue.
//
// A driver may be a program that nobody trusts. All that it writes is checked where it is used: registers, and the rings
// and descriptors in its memory. What makes no sense breaks the device, which says so in its status (section 2.1) and does
// nothing until it is reset. A device reaches the memory of its own owner only.
package simulated
