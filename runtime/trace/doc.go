// Package trace shows the calls that programs make of their host, with arguments and results as text.
//
// [Watch] puts itself between a component and a host interface. What it shows is read from the guest's memory as
// the canonical ABI has it there (see runtime/abi for the layouts), but nothing is lifted: handles stay where they
// are, nothing is allocated for values, and a guest that lies is shown to lie and is not stopped, which is for the
// call itself to do. However large or hostile values are, the text of a call is short, and no terminal obeys it.
package trace
