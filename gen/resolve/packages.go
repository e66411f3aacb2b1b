package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
)

// pkg is a package on its way to its model.
type pkg struct {
	model *model.Package
	file  *syntax.File // with its name
	name  syntax.PackageName
	lists []*list
	items map[string]*item // by name in lower case
	order []*item          // as they are declared

	decoded   bool            // from a file in binary form
	borrowed  bool            // from the library
	mentioned []mention       // what it names of other packages
	wrong     map[string]bool // paths in other packages about which something has been said
}

// list is a list of items that share the names that toplevel uses give: the items of a file, or of a nested
// package.
type list struct {
	file  *syntax.File
	items []syntax.Item
	names map[string]*alias // by name in lower case
}

// findPackages finds the packages of all groups and those that come from elsewhere, and returns the main one.
func (r *resolver) findPackages() (*pkg, error) {
	var main *pkg
	for _, files := range r.groups {
		p := r.groupPackages(files)
		if main == nil {
			main = p
		}
	}
	for _, files := range r.decoded {
		r.groups = append(r.groups, files)
		r.groupPackages(files).decoded = true
	}
	if err := r.addBorrowed(); err != nil {
		return nil, err
	}
	r.addParts()
	return main, nil
}

// groupPackages finds the packages in the files of a directory: one whose items are not nested, which is
// returned, and nested ones.
func (r *resolver) groupPackages(files []*syntax.File) *pkg {
	main := &pkg{model: &model.Package{}}
	documented := false
	for _, f := range files {
		l := &list{file: f}
		for _, i := range f.Items {
			if n, ok := i.(*syntax.NestedPackage); ok {
				nested := &pkg{model: &model.Package{Docs: text(n.Docs)}, file: f, name: n.Name}
				nested.lists = []*list{{file: f, items: n.Items}}
				r.addPackage(nested)
				continue
			}
			l.items = append(l.items, i)
		}
		if f.Package != nil && !r.header(main, f, &documented) {
			continue
		}
		main.lists = append(main.lists, l)
	}
	if main.file == nil {
		r.report(files[0], syntax.Span{}, RuleHeader, "no file in this directory says which package it is",
			"write `package namespace:name;` at the beginning of one")
		return main
	}
	r.addPackage(main)
	return main
}

// header takes the package's name from the header of a file, and its documentation unless it is documented
// already. It returns false if the file is of another package.
func (r *resolver) header(p *pkg, f *syntax.File, documented *bool) bool {
	d := f.Package
	if p.file == nil {
		p.file, p.name = f, d.Name
	} else if d.Name.String() != p.name.String() {
		r.report(f, d.Name.Span, RuleHeader,
			fmt.Sprintf("this file is of package `%s`, but %s is of package `%s`", d.Name, p.file.Source.Name(), p.name),
			"all files of a directory are one package; others have a directory of their own, or their items in braces")
		return false
	}
	if len(d.Docs) == 0 {
		return true
	}
	if *documented {
		r.report(f, syntax.Span{Start: d.Docs[0].Start, End: d.Docs[len(d.Docs)-1].End}, RuleHeader,
			"the package is documented in another file already", "")
		return true
	}
	p.model.Docs, *documented = text(d.Docs), true
	return true
}

// addPackage makes a package known by its name.
func (r *resolver) addPackage(p *pkg) {
	p.model.Namespace, p.model.Name = p.name.Namespace.Name, p.name.Name.Name
	if p.name.Version != nil {
		p.model.Version = p.name.Version.Text
	}
	id := p.model.ID()
	if first := r.byID[id]; first != nil {
		r.report(p.file, p.name.Span, RulePackage, fmt.Sprintf("package `%s` is there twice", id), "the other one is "+first.where())
		return
	}
	p.findMentions()
	r.byID[id] = p
	r.packages = append(r.packages, p)
}

// where says where the package is declared.
func (p *pkg) where() string {
	at := p.file.Source.Position(int(p.name.Start))
	return fmt.Sprintf("%s:%d:%d", p.file.Source.Name(), at.Line, at.Column)
}

// byName orders packages by namespace, name and version.
func byName(a, b *pkg) int {
	return cmp.Or(
		strings.Compare(a.model.Namespace, b.model.Namespace),
		strings.Compare(a.model.Name, b.model.Name),
		compareVersions(a.model.Version, b.model.Version),
	)
}

// packageOrder returns the packages, each behind those that it names. Those in a circle are left out.
func (r *resolver) packageOrder() []*pkg {
	for _, p := range r.packages {
		r.checkMentions(p)
	}
	slices.SortFunc(r.packages, byName)
	v := visitor{r: r, state: map[*pkg]int{}}
	for _, p := range r.packages {
		if v.state[p] == 0 {
			v.visit(p)
		}
	}
	return v.order
}

// visitor walks the graph of packages.
type visitor struct {
	r     *resolver
	state map[*pkg]int
	path  []*pkg // those that are being visited
	order []*pkg
}

const (
	beingVisited = iota + 1
	visited
)

func (v *visitor) visit(p *pkg) {
	v.state[p] = beingVisited
	v.path = append(v.path, p)
	whole := true
	for _, m := range p.dependencies() {
		dep := v.r.byID[m.path.Package.String()]
		if dep == nil {
			continue // that has been said
		}
		switch v.state[dep] {
		case beingVisited:
			v.reportCycle(dep, m)
			whole = false
		case 0:
			v.visit(dep)
		}
	}
	v.path = v.path[:len(v.path)-1]
	v.state[p] = visited
	if whole {
		v.order = append(v.order, p)
	}
}

// reportCycle reports that the package that is being visited names one on the path to it.
func (v *visitor) reportCycle(dep *pkg, back mention) {
	if !v.r.listens() {
		v.r.errors.More = true
		return
	}
	start := slices.Index(v.path, dep)
	circle := v.path[start:]
	named, m, file := dep, back, back.file
	if start == 0 && len(circle) > 1 { // told where the circle begins
		named = circle[1]
		m = dep.mention(named)
		file = m.file
	}
	hint := describeCircle(circle, func(p *pkg) string { return p.model.ID() })
	if len(circle) == 1 {
		hint = fmt.Sprintf("inside of its package it is just `%s`", m.path.Name.Name)
	}
	v.r.report(file, m.path.Package.Span, RuleCycle, fmt.Sprintf("package `%s` needs itself", named.model.ID()), hint)
}
