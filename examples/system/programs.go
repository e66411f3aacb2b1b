package main

// This file has what go generate makes of the programs: the C side of each one's world, and the component. The components
// are kept with the sources, since they are small and a checkout is to run as it is.

//go:generate go tool witgen generate ./blk
//go:generate go tool witgen generate ./crc
//go:generate go tool witgen generate ./fs
//go:generate go tool witgen generate ./rng
//go:generate go tool witgen build ./blk ./crc ./fs ./rng -o components/
