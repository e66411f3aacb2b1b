package bare

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

func (f *function) block(b *ast.BlockStmt) {
	for _, s := range b.List {
		f.statement(s, "")
	}
}

// statement compiles a statement, which may have a label.
func (f *function) statement(s ast.Stmt, label string) {
	switch s := s.(type) {
	case nil, *ast.EmptyStmt:
	case *ast.BlockStmt:
		f.block(s)
	case *ast.LabeledStmt:
		f.statement(s.Stmt, s.Label.Name)
	case *ast.ExprStmt:
		f.drop(s.X)
	case *ast.AssignStmt:
		f.assignment(s)
	case *ast.IncDecStmt:
		f.incDec(s)
	case *ast.DeclStmt:
		f.localDeclaration(s.Decl.(*ast.GenDecl))
	case *ast.IfStmt:
		f.ifStatement(s)
	case *ast.ForStmt:
		f.forStatement(s, label)
	case *ast.RangeStmt:
		f.rangeStatement(s, label)
	case *ast.SwitchStmt:
		f.switchStatement(s, label)
	case *ast.BranchStmt:
		f.branchStatement(s)
	case *ast.ReturnStmt:
		f.returnStatement(s)
	case *ast.DeferStmt:
		f.unsupported(s, "defer is not supported: nothing runs behind a trap")
	case *ast.GoStmt, *ast.SelectStmt, *ast.SendStmt:
		f.unsupported(s, "there are no goroutines and channels")
	default:
		f.unsupported(s, "this statement is not supported")
	}
}

// drop evaluates a call and leaves its results.
func (f *function) drop(e ast.Expr) {
	f.expression(e)
	v := f.info.Types[e]
	results := 1
	if t, ok := v.Type.(*types.Tuple); ok {
		results = t.Len()
	}
	if v.IsVoid() {
		results = 0
	}
	for range results {
		f.emit(opDrop)
	}
}

func (f *function) assignment(s *ast.AssignStmt) {
	if op, ok := assignedOps[s.Tok]; ok {
		f.binary(op, s.Lhs[0], s.Rhs[0], f.kind(s.Lhs[0]))
		f.store(s.Lhs[0])
		return
	}
	for _, e := range s.Rhs {
		f.expression(e)
	}
	f.storeAll(s.Lhs)
}

// storeAll assigns the values on the stack, of which the last is on top. Of several that go to one variable the last one
// stays.
func (f *function) storeAll(list []ast.Expr) {
	for i, e := range slices.Backward(list) {
		again := func(other ast.Expr) bool { return f.variableOf(other) != nil && f.variableOf(other) == f.variableOf(e) }
		if slices.ContainsFunc(list[i+1:], again) {
			f.emit(opDrop)
		} else {
			f.store(e)
		}
	}
}

// variableOf is the variable that an expression names, if it does.
func (f *function) variableOf(e ast.Expr) types.Object {
	if name, ok := ast.Unparen(e).(*ast.Ident); ok {
		return f.info.ObjectOf(name)
	}
	return nil
}

var assignedOps = map[token.Token]token.Token{
	token.ADD_ASSIGN: token.ADD, token.SUB_ASSIGN: token.SUB, token.MUL_ASSIGN: token.MUL, token.QUO_ASSIGN: token.QUO,
	token.REM_ASSIGN: token.REM, token.AND_ASSIGN: token.AND, token.OR_ASSIGN: token.OR, token.XOR_ASSIGN: token.XOR,
	token.SHL_ASSIGN: token.SHL, token.SHR_ASSIGN: token.SHR, token.AND_NOT_ASSIGN: token.AND_NOT,
}

func (f *function) incDec(s *ast.IncDecStmt) {
	k := f.kind(s.X)
	f.expression(s.X)
	f.constant(k.core(), 1)
	if s.Tok == token.INC {
		f.typed(k.core(), "add")
	} else {
		f.typed(k.core(), "sub")
	}
	f.wrap(k)
	f.store(s.X)
}

// store assigns the value on the stack.
func (f *function) store(to ast.Expr) {
	name, ok := ast.Unparen(to).(*ast.Ident)
	if !ok {
		f.unsupported(to, "only variables can be assigned to")
		return
	}
	object := f.info.ObjectOf(name)
	if g, ok := f.globals[object]; ok {
		f.with(opGlobalSet, g.index)
		return
	}
	if name.Name == "_" {
		f.emit(opDrop)
		return
	}
	local, ok := f.vars[object]
	if !ok {
		local = f.declareVar(object)
	}
	f.with(opLocalSet, local)
}

func (f *function) localDeclaration(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			f.typeSpec(spec)
		case *ast.ValueSpec:
			if d.Tok == token.VAR {
				f.localVariables(spec)
			}
		}
	}
}

func (f *function) localVariables(spec *ast.ValueSpec) {
	if len(spec.Values) > 0 {
		for _, e := range spec.Values {
			f.expression(e)
		}
		for _, name := range slices.Backward(spec.Names) {
			f.store(name)
		}
		return
	}
	k := f.kindOf(spec.Type, f.info.Types[spec.Type].Type)
	for _, name := range spec.Names {
		if name.Name == "_" {
			continue
		}
		local := f.declareVar(f.info.Defs[name])
		if f.loops > 0 { // otherwise it is zero still
			f.constant(k.core(), 0)
			f.with(opLocalSet, local)
		}
	}
}

func (f *function) ifStatement(s *ast.IfStmt) {
	f.statement(s.Init, "")
	f.condition(s.Cond)
	f.open(opIf, noResult)
	f.block(s.Body)
	if s.Else != nil {
		f.emit(opElse)
		f.statement(s.Else, "")
	}
	f.end()
}

func (f *function) forStatement(s *ast.ForStmt, label string) {
	f.statement(s.Init, "")
	f.loop(label, s.Body, loop{
		proceed: func(leave block) {
			if s.Cond != nil {
				f.unless(s.Cond)
				f.branch(opBrIf, leave)
			}
		},
		post: func() { f.statement(s.Post, "") },
		bare: s.Post == nil,
	})
}

// loop is what differs between loops.
type loop struct {
	proceed func(leave block) // looks whether there is another round
	post    func()            // runs behind each round
	bare    bool              // there is no post
}

func (f *function) loop(label string, body *ast.BlockStmt, l loop) {
	leave := f.open(opBlock, noResult)
	f.loops++
	again := f.open(opLoop, noResult)
	l.proceed(leave)
	j := jump{label: label, breaks: leave, continues: again, repeatable: true}
	round := !l.bare && continues(body)
	if round {
		j.continues = f.open(opBlock, noResult)
	}
	f.within(j, func() { f.block(body) })
	if round {
		f.end()
	}
	l.post()
	f.branch(opBr, again)
	f.end()
	f.loops--
	f.end()
}

// within runs compile inside of a statement that break and continue can refer to.
func (f *function) within(j jump, compile func()) {
	f.jumps = append(f.jumps, j)
	compile()
	f.jumps = f.jumps[:len(f.jumps)-1]
}

// continues reports whether there is a continue in a body, of whatever loop.
func continues(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		b, ok := n.(*ast.BranchStmt)
		found = found || ok && b.Tok == token.CONTINUE
		return !found
	})
	return found
}

func (f *function) rangeStatement(s *ast.RangeStmt, label string) {
	k, ok := kindOf(f.info.Types[s.X].Type)
	if !ok || k.boolean || s.Value != nil {
		f.unsupported(s.X, "range is over integers with a size only: for i := range uint32(10)")
		return
	}
	// The source may change its own variable without an effect on the rounds.
	limit, round := f.local(k.core()), f.local(k.core())
	f.expression(s.X)
	f.with(opLocalSet, limit)
	f.constant(k.core(), 0)
	f.with(opLocalSet, round)
	f.loop(label, s.Body, loop{
		proceed: func(leave block) {
			f.with(opLocalGet, round)
			f.with(opLocalGet, limit)
			f.typed(k.core(), "ge"+k.sign())
			f.branch(opBrIf, leave)
			if s.Key != nil {
				f.with(opLocalGet, round)
				f.store(s.Key)
			}
		},
		post: func() {
			f.with(opLocalGet, round)
			f.constant(k.core(), 1)
			f.typed(k.core(), "add")
			f.with(opLocalSet, round)
		},
	})
}

// switchStatement compiles the clauses as one condition after the other. That of the default clause comes last, wherever
// it stands.
func (f *function) switchStatement(s *ast.SwitchStmt, label string) {
	f.statement(s.Init, "")
	matches := func(e ast.Expr) { f.expression(e) }
	if s.Tag != nil {
		k := f.kind(s.Tag)
		tag := f.local(k.core())
		f.expression(s.Tag)
		f.with(opLocalSet, tag)
		matches = func(e ast.Expr) {
			f.with(opLocalGet, tag)
			f.expression(e)
			f.typed(k.core(), "eq")
		}
	}
	leave := f.open(opBlock, noResult)
	f.within(jump{label: label, breaks: leave}, func() {
		var otherwise []ast.Stmt
		for _, c := range s.Body.List {
			clause := c.(*ast.CaseClause)
			if clause.List == nil {
				otherwise = clause.Body
				continue
			}
			matches(clause.List[0])
			for _, e := range clause.List[1:] {
				f.or(e, func() { matches(e) })
			}
			f.open(opIf, noResult)
			f.block(&ast.BlockStmt{List: clause.Body})
			if f.stopped != len(f.code) {
				f.branch(opBr, leave)
			}
			f.end()
		}
		f.block(&ast.BlockStmt{List: otherwise})
	})
	f.end()
}

func (f *function) branchStatement(s *ast.BranchStmt) {
	if s.Tok != token.BREAK && s.Tok != token.CONTINUE {
		f.unsupported(s, s.Tok.String()+" is not supported")
		return
	}
	for _, j := range slices.Backward(f.jumps) {
		switch {
		case s.Label != nil && s.Label.Name != j.label, s.Tok == token.CONTINUE && !j.repeatable:
		case s.Tok == token.CONTINUE:
			f.branch(opBr, j.continues)
			return
		default:
			f.branch(opBr, j.breaks)
			return
		}
	}
}

func (f *function) returnStatement(s *ast.ReturnStmt) {
	for _, e := range s.Results {
		f.expression(e)
	}
	if len(s.Results) == 0 {
		for _, v := range f.results {
			f.with(opLocalGet, f.vars[v])
		}
	}
	f.emit(opReturn)
	f.stopped = len(f.code)
}
