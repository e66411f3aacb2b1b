// Package value is the executor of the canonical ABI for callers that know no Go type: tools, tests and
// hosts that learn a component's types only when they run.
//
// It has three parts. A [Value] is a WIT value in Go ([Check] holds one against its type, [Equal]
// compares two). Lifting and lowering move values across a [Boundary], driven by the layouts and plans
// of runtime/abi: [Load] and [Store] through memory, [LiftFlat] and [LowerFlat] through core values,
// [LowerParams], [LiftResult], [LiftParams] and [LowerResult] for whole calls. [Parse] and [Format]
// read and write values as text, for command lines and messages.
//
// Values are boxed one by one, so this costs far more than generated code; both do the same thing
// and are tested against each other.
//
// Specification: CanonicalABI.md, sections "Loading", "Storing", "Flat Lifting" and "Flat Lowering".
package value
