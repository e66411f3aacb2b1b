package cli

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/witan-os/witan/cmd/witgen/internal/config"
	"github.com/witan-os/witan/cmd/witgen/internal/survey"
	"github.com/witan-os/witan/cmd/witgen/internal/witfile"
	"github.com/witan-os/witan/gen/check"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

type checkCommand struct {
	Guests bool `name:"guests" help:"Also build the guests of //go:generate lines that run witgen build, and compare them with what is there. One that another version of the compiler has made is not compared, which is said on stderr."`

	JSON bool     `name:"json" help:"Print the problems as JSON; its form is versioned."`
	Dirs []string `arg:"" optional:"" name:"dir" placeholder:"DIR" help:"Directories whose projects, and those below, are checked (default: the current one)."`
}

// Help is shown below the flags.
func (checkCommand) Help() string {
	return `Writes nothing, and says what generating and formatting would change. A project is a directory
with a //go:generate line that runs witgen generate, whose flags count, or with a witgen.toml; if there is none at
all, the directory itself. As with the go command, directories named testdata or vendor, and those whose names begin
with a dot or an underscore, are left out.

Each problem is one line on stdout:

    stale: FILE          it has other content than would be generated or built
    missing: FILE        it would be generated or built, and is not there
    orphan: FILE         it was generated once, and would not be any more
    unformatted: FILE    a WIT file that witgen fmt would change; those below deps are others' and left alone

In a directory with a go.mod, whatever witgen once generated there must belong to a project: a directory that
no project generates any more is an orphan as well.`
}

// exits implements exiter.
func (checkCommand) exits() []Exit {
	return []Exit{{Stale, "a file is stale, missing, orphaned or not formatted"}}
}

// kindUnformatted is a kind of problem besides those of [check.Kind].
const kindUnformatted check.Kind = "unformatted"

// checkFormat is the version of the structure that check --json prints.
const checkFormat = "witgen-check/1"

type checkReport struct {
	Format   string             `json:"format"`
	Projects []*projectReport   `json:"projects"`
	Orphans  []check.Difference `json:"orphans"` // directories of no project

	seen map[string]bool // projects by directory and arguments, one of which may be below several directories; and problems
}

type projectReport struct {
	Dir      string             `json:"dir"`
	Line     string             `json:"line,omitempty"` // file:line of the //go:generate line
	Problems []check.Difference `json:"problems"`
	Error    string             `json:"error,omitempty"`

	err   error
	args  *generate // nil for one that is built
	notes []string
}

// Run checks all projects, and goes on when one can't be checked.
func (c *checkCommand) Run(e *env) error {
	report := checkReport{Format: checkFormat, Projects: []*projectReport{}, Orphans: []check.Difference{}, seen: map[string]bool{}}
	if len(c.Dirs) == 0 {
		c.Dirs = []string{"."}
	}
	for _, dir := range c.Dirs {
		if err := report.add(e, dir, c.Guests); err != nil {
			return err
		}
	}
	if err := c.print(e, &report); err != nil {
		return err
	}
	failed, wrong := false, len(report.Orphans) > 0
	for _, p := range report.Projects {
		p.explain(e)
		failed = failed || p.err != nil
		wrong = wrong || len(p.Problems) > 0
	}
	if len(report.Orphans) > 0 {
		fmt.Fprintln(e.stderr, "witgen: no project generates what is in the orphaned directories: remove them")
	}
	switch {
	case failed:
		return exitCode(Bad)
	case wrong:
		return exitCode(Stale)
	}
	return nil
}

// add checks the projects of a directory tree.
func (r *checkReport) add(e *env, dir string, guests bool) error {
	tree, err := survey.Find(dir)
	if err != nil {
		return err
	}
	if len(tree.Projects) == 0 {
		if _, err := os.Stat(filepath.Join(dir, witfile.Default)); err != nil {
			return fmt.Errorf("there is no project in %s: no //go:generate line with witgen generate, no %s and no directory %s", dir, config.Name, witfile.Default)
		}
		tree.Projects = []survey.Project{{Dir: dir}}
	}
	owned, known := map[string]bool{}, true
	for _, p := range tree.Projects {
		args, err := parseGenerate(p)
		known = known && err == nil
		if err == nil {
			owned[resolved(args.path(args.Out))] = true
		}
		if r.first("generate", own(p, args)) {
			r.addProject(checkProject(p, args, err))
		}
	}
	for _, p := range tree.Builds {
		if guests && r.first("build", p) {
			r.addProject(checkBuild(e, p))
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil || !known {
		return nil // what is generated here may belong to a project elsewhere in the module, or to that one
	}
	for _, out := range tree.Outputs {
		if !owned[resolved(out)] {
			r.Orphans = append(r.Orphans, check.Difference{Kind: check.Orphan, Path: filepath.ToSlash(out)})
		}
	}
	return nil
}

// first reports whether a project was not there before.
func (r *checkReport) first(verb string, p survey.Project) bool {
	key := strings.Join(append([]string{verb, absolute(p.Dir)}, p.Args...), "\x00")
	known := r.seen[key]
	r.seen[key] = true
	return !known
}

// own is a project as its directory has it, wherever the line is that generates it.
func own(p survey.Project, args *generate) survey.Project {
	if args == nil || args.Dir == "" {
		return p
	}
	isDir := func(arg string) bool { return arg == args.Dir }
	return survey.Project{Dir: args.path("."), Args: slices.DeleteFunc(slices.Clone(p.Args), isDir)}
}

func (r *checkReport) addProject(p *projectReport) {
	p.Problems = slices.DeleteFunc(p.Problems, r.isKnown)
	r.Projects = append(r.Projects, p)
}

// isKnown reports whether another project has the same problem: the WIT of a host is often its guest's, too, and both
// may say what is generated for that.
func (r *checkReport) isKnown(d check.Difference) bool {
	key := string(d.Kind) + "\x00" + absolute(filepath.FromSlash(d.Path))
	known := r.seen[key]
	r.seen[key] = true
	return known
}

// absolute makes paths comparable. One that the system can't make absolute stays as it is.
func absolute(name string) string {
	abs, err := filepath.Abs(name)
	if err != nil {
		return filepath.Clean(name)
	}
	return abs
}

// resolved makes paths comparable that lead to one directory by different links.
func resolved(name string) string {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	return absolute(name)
}

// checkProject checks a project with its arguments, unless they are wrong.
func checkProject(p survey.Project, args *generate, err error) *projectReport {
	r := &projectReport{Dir: filepath.ToSlash(p.Dir), Line: filepath.ToSlash(p.Line), Problems: []check.Difference{}, args: args, err: err}
	if err == nil {
		r.Problems, r.err = args.problems()
	}
	if r.err != nil {
		r.Error = r.err.Error()
	}
	return r
}

// parseGenerate reads the arguments with which a project is generated, and its witgen.toml.
func parseGenerate(p survey.Project) (*generate, error) {
	var c struct {
		Generate generate `cmd:""`
	}
	file := &configFile{dir: p.Dir}
	parser, err := kong.New(&c, kong.Name("witgen"), kong.NoDefaultHelp(), kong.Resolvers(file))
	if err != nil {
		return nil, err
	}
	_, err = parser.Parse(append([]string{"generate"}, p.Args...))
	switch {
	case file.err != nil:
		return nil, file.err
	case err != nil:
		return nil, fmt.Errorf("%s: witgen generate: %w", cmp.Or(p.Line, p.Dir), err)
	}
	c.Generate.base = p.Dir
	return &c.Generate, nil
}

// problems says what generating and formatting would change. It never returns nil.
func (c *generate) problems() ([]check.Difference, error) {
	list := []check.Difference{}
	out, err := c.render(c.options())
	if err != nil {
		return list, err
	}
	diffs, err := out.compare()
	if err != nil {
		return list, err
	}
	list = append(list, diffs...)
	files, err := unformatted(c.path(c.WIT))
	for _, name := range files {
		list = append(list, check.Difference{Kind: kindUnformatted, Path: filepath.ToSlash(name)})
	}
	slices.SortStableFunc(list, func(a, b check.Difference) int { return strings.Compare(a.Path, b.Path) })
	return list, err
}

// unformatted returns the WIT files of a package that witgen fmt would change, without those of the packages that
// it uses.
func unformatted(dir string) ([]string, error) {
	files, err := witFiles([]string{dir})
	if err != nil {
		return nil, err
	}
	var list []string
	for _, name := range files {
		if filepath.Ext(name) != ".wit" {
			continue
		}
		text, err := readWIT(name)
		if err != nil {
			return nil, err
		}
		formatted, errs := syntax.Format(diag.NewSource(name, text))
		if err := errs.Err(); err != nil {
			return nil, err
		}
		if formatted != text {
			list = append(list, name)
		}
	}
	return list, nil
}

// print prints the problems, which are the result.
func (c *checkCommand) print(e *env, r *checkReport) error {
	if c.JSON {
		return writeJSON(e.stdout, r)
	}
	lists := [][]check.Difference{}
	for _, p := range r.Projects {
		lists = append(lists, p.Problems)
	}
	for _, d := range slices.Concat(append(lists, r.Orphans)...) {
		if _, err := fmt.Fprintln(e.stdout, d); err != nil {
			return err
		}
	}
	return nil
}

// explain says why a project could not be checked, or what to do about its problems.
func (r *projectReport) explain(e *env) {
	for _, note := range r.notes {
		fmt.Fprintf(e.stderr, "witgen: note: %s\n", note)
	}
	if r.err != nil {
		e.explain(r.err)
		return
	}
	stale, unformatted := 0, 0
	for _, d := range r.Problems {
		if d.Kind == kindUnformatted {
			unformatted++
		} else {
			stale++
		}
	}
	run := "witgen generate"
	if r.Line != "" {
		run = "go generate"
	}
	if stale > 0 && r.args == nil {
		fmt.Fprintf(e.stderr, "witgen: %s is not up to date with the source of its guests: run go generate there\n", r.Line)
	} else if stale > 0 {
		fmt.Fprintf(e.stderr, "witgen: %s is not up to date with its WIT: run %s there\n", cmp.Or(r.Line, r.Dir), run)
	}
	if unformatted > 0 {
		fmt.Fprintf(e.stderr, "witgen: WIT of %s is not formatted: run witgen fmt %s\n", r.Dir, filepath.ToSlash(r.args.path(r.args.WIT)))
	}
}
