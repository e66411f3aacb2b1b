package glue

import (
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/contract"
)

// Contract is what generated code must have been generated for, see [contract.Number].
const Contract = contract.Number

// MaxFlatParams and MaxFlatResults are how many parameters and results of a call are core values. When there are
// more, they are in memory.
const (
	MaxFlatParams  = abi.MaxFlatParams
	MaxFlatResults = abi.MaxFlatResults
)
