// Package contract is what generated code takes for granted about the runtime, as one number.
//
// The generator writes the number into each file, and runtime/glue has the compiler compare it with its own. So
// code that was generated for another runtime is an error of the build, which says what to do, and not a call
// that moves values wrongly. It is a package of its own because the generator may know the number but not the
// runtime.
package contract

import "github.com/witan-os/witan/runtime/abi"

// Version counts the changes of what runtime/glue offers to generated code. It goes up by one when files that
// were generated before would not compile any more, or would do something else.
const Version = 2

// ABI is a hash of what runtime/abi computes for a set of types. A test says which value is right.
const ABI = 0x72997caf

// limits are those parameters of the canonical ABI that are constants: changing one is an error of the build
// even before any test runs.
const limits = abi.MaxFlatParams<<8 | abi.MaxFlatAsyncParams<<4 | abi.MaxFlatResults

// Number is all of it in one number, of at most 63 bits.
const Number = Version<<48 | limits<<32 | ABI
