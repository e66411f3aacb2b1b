package main_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/witan-os/witan/cmd/witgen/internal/cli"
)

// TestExitStatusScript checks that testdata/script/exit-status.txtar causes all exit codes that the commands
// declare, and others only where a program may have its own.
func TestExitStatusScript(t *testing.T) {
	script, err := os.ReadFile("testdata/script/exit-status.txtar")
	if err != nil {
		t.Fatal(err)
	}
	caused := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^status (\d+) witgen ((?:image|component) \w+|[\w-]+)`).FindAllStringSubmatch(string(script), -1) {
		caused[m[2]+" "+m[1]] = true
	}
	model, err := cli.Model()
	if err != nil {
		t.Fatal(err)
	}
	declared, free := map[string]bool{}, map[string]bool{}
	for _, command := range commandsBelow(model.Node) {
		name := strings.TrimPrefix(command.Path(), cli.Name+" ")
		for _, e := range cli.Exits(command) {
			key := name + " " + e.Status()
			if e.Status() == "any" {
				free[name] = true
				continue
			}
			declared[key] = true
			everyone := e.Code == cli.OK || e.Code == cli.Bad
			if !everyone && !caused[key] {
				t.Errorf("no line of the script has %s exit with %s", name, e.Status())
			}
		}
	}
	for key := range caused {
		name := key[:strings.LastIndexByte(key, ' ')]
		if !declared[key] && !free[name] {
			t.Errorf("the script has %q, which the command does not declare", fmt.Sprintf("witgen %s", key))
		}
	}
}

// commandsBelow are the commands that do something.
func commandsBelow(n *kong.Node) []*kong.Node {
	if n.Leaf() {
		return []*kong.Node{n}
	}
	var list []*kong.Node
	for _, c := range n.Children {
		list = append(list, commandsBelow(c)...)
	}
	return list
}
