package main

import (
	"context"
	"fmt"
	"log"

	"github.com/witan-os/witan/examples/greet/generated/demo/greet/v0.1/greeting"
	"github.com/witan-os/witan/runtime/vm"
)

// A Go program that has nothing else to do with Witan runs the guest: house implements the Go interface that was
// generated for visitors, with book as a resource that guests hold handles of, and greeting.World hands it over.
// greeting.Bind gives typed clients for what the guest exports.
func Example_embedded() {
	ctx := context.Background()
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer v.Close(ctx)
	c, err := v.Compile(ctx, "greet", guest)
	if err != nil {
		log.Fatal(err)
	}
	i, err := c.Instantiate(ctx, vm.Options{Host: greeting.World{Visitors: newHouse()}})
	if err != nil {
		log.Fatal(err)
	}
	defer i.Close(ctx)

	client, err := greeting.Bind(i.Instance)
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"Ada", "Ada", ""} {
		text, err := client.Greeter.Greet(ctx, name)
		fmt.Printf("%q, %v\n", text, err)
	}
	// Output:
	// "Hello Ada, you are the first in the book!", <nil>
	// "Hello Ada, welcome back! The book has your name 2 times now.", <nil>
	// "", the book takes no empty name
}
