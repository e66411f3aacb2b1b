package abi

// MaxFlatAsyncParams is how many core values the parameters of a call may take before they are spilled, for an
// import that is lowered asynchronously.
const MaxFlatAsyncParams = 4

// NewAsyncPlan computes the plan with which an import of f is lowered asynchronously: parameters are spilled
// earlier, and a result always goes through memory, because it may come when the call is over. The core function
// returns the state of the call. The plan says nothing about lifting.
//
// Specification: CanonicalABI.md, "Flattening".
func NewAsyncPlan(f *Func) (*Plan, error) {
	p := &Plan{Func: f}
	if err := p.planParams(MaxFlatAsyncParams); err != nil {
		return nil, err
	}
	p.Lifted = Signature{}
	p.Lowered.Results = []CoreType{I32}
	if f.Result == nil {
		return p, nil
	}
	if f.Result.HasBorrow() {
		return nil, ErrBorrowResult
	}
	p.ResultBlock = f.Result
	p.Lowered.Params = append(p.Lowered.Params, I32)
	return p, nil
}

// NewReturnPlan computes the plan of the built-in task.return: the result, which may be nil, is its parameter.
func NewReturnPlan(result *Type) (*Plan, error) {
	f := &Func{}
	if result != nil {
		f.Params = []Param{{Name: "result", Type: result}}
	}
	return NewPlan(f)
}
