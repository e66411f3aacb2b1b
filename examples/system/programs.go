package main

// This file has what go generate makes of the programs: the C side of each one's world, and the component. The components
// are kept with the sources, since they are small and a checkout is to run as it is.

//go:generate go tool witgen generate ./attacker
//go:generate go tool witgen generate ./blk
//go:generate go tool witgen generate ./chaos
//go:generate go tool witgen generate ./crc
//go:generate go tool witgen generate ./fs
//go:generate go tool witgen generate ./picture
//go:generate go tool witgen generate ./pinger
//go:generate go tool witgen generate ./prober
//go:generate go tool witgen generate ./recorder
//go:generate go tool witgen generate ./rng
//go:generate go tool witgen generate ./rogue
//go:generate go tool witgen generate ./saboteur
//go:generate go tool witgen generate ./shell
//go:generate go tool witgen generate ./sums
//go:generate go tool witgen generate ./words
//go:generate go tool witgen build ./attacker ./blk ./chaos ./crc ./fs ./picture ./pinger -o components/
//go:generate go tool witgen build ./prober ./recorder ./rng ./rogue ./saboteur ./shell ./sums ./words -o components/
