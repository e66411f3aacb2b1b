// Package clidoc writes docs/CLI.md from the commands themselves, so that no flag and no exit status is missing there or
// is called otherwise than in the help. What the help of a command does not say, because it is too long for a
// terminal, stands in prose, a file for each command.
package clidoc

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/witan-os/witan/cmd/witgen/internal/cli"
	"github.com/witan-os/witan/cmd/witgen/internal/config"
)

//go:generate go test . -run TestCLI -update

//go:embed prose/*.md
var prose embed.FS

// The prose of sections that are no command's.
const (
	introduction = "introduction"
	exitStatus   = "exit-status"
	witgenTOML   = "witgen.toml"
)

// Markdown is the documentation of all commands.
func Markdown(app *kong.Application) (string, error) {
	d := &document{commands: leaves(app.Node)}
	d.line("# %s", app.Name)
	d.prose(introduction)
	d.overview()
	d.exits()
	d.config()
	for _, c := range d.commands {
		d.command(c)
	}
	return d.text.String(), d.err
}

// leaves are the commands that do something.
func leaves(n *kong.Node) []*kong.Node {
	var list []*kong.Node
	for _, c := range n.Children {
		if c.Hidden {
			continue
		}
		if c.Leaf() {
			list = append(list, c)
		}
		list = append(list, leaves(c)...)
	}
	return list
}

// document is the text so far.
type document struct {
	commands []*kong.Node
	text     strings.Builder
	err      error
}

func (d *document) line(format string, args ...any) { fmt.Fprintf(&d.text, format+"\n", args...) }

// prose adds a file, if there is one.
func (d *document) prose(name string) {
	text, err := prose.ReadFile("prose/" + name + ".md")
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	d.err = cmp.Or(d.err, err)
	d.line("\n%s", strings.Trim(string(text), "\n"))
}

// name is what a command is called, such as "image build".
func name(c *kong.Node) string { return strings.TrimPrefix(c.Path(), cli.Name+" ") }

// slug is a name as it stands in the names of files and in links.
func slug(name string) string { return strings.ReplaceAll(name, " ", "-") }

func (d *document) overview() {
	d.line("\n| command | |\n|---|---|")
	for _, c := range d.commands {
		d.line("| [`%s %s`](#%s) | %s |", cli.Name, name(c), slug(name(c)), cell(c.Help))
	}
}

// exits adds the table of exit codes. Commands whose code means the same share a row.
func (d *document) exits() {
	type row struct {
		cli.Exit
		from []string
	}
	var rows []*row
	for _, c := range d.commands {
		for _, e := range cli.Exits(c) {
			i := slices.IndexFunc(rows, func(r *row) bool { return r.Exit == e })
			if i < 0 {
				i = len(rows)
				rows = append(rows, &row{Exit: e})
			}
			rows[i].from = append(rows[i].from, "`"+name(c)+"`")
		}
	}
	slices.SortStableFunc(rows, func(a, b *row) int { return cmp.Compare(uint(a.Code), uint(b.Code)) })
	d.line("\n## Exit status\n\n| status | from | when |\n|---|---|---|")
	for _, r := range rows {
		from := strings.Join(r.from, ", ")
		if len(r.from) == len(d.commands) {
			from = "all"
		}
		d.line("| %s | %s | %s |", r.Status(), from, asCode(cell(r.When)))
	}
	d.prose(exitStatus)
}

// config adds the keys of the configuration file, each explained as the flag is that it stands for.
func (d *document) config() {
	d.line("\n## %s", config.Name)
	d.prose(witgenTOML)
	d.line("\n| key | flag | of |\n|---|---|---|")
	for _, key := range config.Keys() {
		flag, from := "", []string{}
		for _, c := range d.commands {
			for _, f := range c.Flags {
				if cli.ConfigKey(f) == key {
					flag = f.Name
					from = append(from, fmt.Sprintf("[`%s`](#%s)", name(c), slug(name(c))))
				}
			}
		}
		d.line("| `%s` | `--%s` | %s |", key, flag, strings.Join(from, ", "))
	}
}

func (d *document) command(c *kong.Node) {
	usage, detail := usage(c)
	d.line("\n## %s\n\n%s\n\n    %s", name(c), c.Help, usage)
	if detail != "" {
		d.line("\n%s", paragraphs(detail))
	}
	d.flags(c)
	d.prose(slug(name(c)))
}

// usage is how a command is called, and the rest of its help. A help that begins with the usage knows better
// than the parser.
func usage(c *kong.Node) (line, detail string) {
	if rest, ok := strings.CutPrefix(c.Detail, "Usage: "); ok {
		line, detail, _ = strings.Cut(rest, "\n")
		return line, strings.TrimSpace(detail)
	}
	words := []string{c.FullPath()}
	if len(c.Flags) > 0 {
		words = append(words, "[flags]")
	}
	for _, f := range c.Flags {
		if f.Required {
			words = append(words, "--"+f.Name, f.FormatPlaceHolder())
		}
	}
	for _, p := range c.Positional {
		words = append(words, argument(p))
	}
	return strings.Join(words, " "), c.Detail
}

// argument is how an argument stands in a usage line: [ARG] if it can be left out, ARG… if there may be several.
func argument(p *kong.Positional) string {
	text := strings.ToUpper(p.Name)
	if p.Tag.PlaceHolder != "" {
		text = p.Tag.PlaceHolder
	}
	if p.IsSlice() {
		text += "…"
	}
	if !p.Required {
		text = "[" + text + "]"
	}
	return text
}

// paragraphs makes Markdown of a help text, in which lines that begin with a space stay as they are.
func paragraphs(text string) string {
	blocks := strings.Split(strings.TrimSpace(text), "\n\n")
	for i, b := range blocks {
		lines := strings.Split(b, "\n")
		margin := len(b)
		for _, l := range lines {
			margin = min(margin, len(l)-len(strings.TrimLeft(l, " ")))
		}
		for j, l := range lines {
			if margin > 0 {
				lines[j] = "    " + l[margin:]
			} else {
				lines[j] = asCode(l)
			}
		}
		blocks[i] = strings.Join(lines, "\n")
	}
	return strings.Join(blocks, "\n\n")
}

// defaultValue matches what the help of a flag ends with if it has a default.
var defaultValue = regexp.MustCompile(` *\(default: (.*)\)\.$`)

// flags adds the table of arguments and flags.
func (d *document) flags(c *kong.Node) {
	type row struct{ name, meaning, standard string }
	var rows []row
	add := func(name, help string) {
		r := row{name: name, meaning: help}
		if m := defaultValue.FindStringSubmatchIndex(help); m != nil {
			r.standard = help[m[2]:m[3]]
			r.meaning = help[:m[0]] + "."
		}
		rows = append(rows, r)
	}
	for _, p := range c.Positional {
		add(strings.Trim(argument(p), "[]…"), p.Help)
	}
	for _, f := range c.Flags {
		if !f.Hidden {
			add(flagName(f), f.Help)
		}
	}
	if len(rows) == 0 {
		return
	}
	standard := slices.ContainsFunc(rows, func(r row) bool { return r.standard != "" })
	if standard {
		d.line("\n| | meaning | default |\n|---|---|---|")
	} else {
		d.line("\n| | meaning |\n|---|---|")
	}
	for _, r := range rows {
		text := fmt.Sprintf("| `%s` | %s |", cell(r.name), asCode(cell(r.meaning)))
		if standard {
			text += " " + cell(r.standard) + " |"
		}
		d.line("%s", strings.ReplaceAll(text, "|  |", "| |"))
	}
}

// flagName is a flag with its short form and what its value is.
func flagName(f *kong.Flag) string {
	text := "--" + f.Name
	if f.Short != 0 {
		text = fmt.Sprintf("-%c, %s", f.Short, text)
	}
	if !f.IsBool() {
		text += " " + f.FormatPlaceHolder()
	}
	return text
}

// flagInText matches a flag with the character before it.
var flagInText = regexp.MustCompile(`(^|[ (])(--[a-z][a-z-]*(=[-A-Za-z0-9]+)?)`)

// asCode marks flags as code.
func asCode(text string) string { return flagInText.ReplaceAllString(text, "$1`$2`") }

// cell makes a text fit in a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
}
