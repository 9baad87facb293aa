// Hello says what it was compiled for.
package main

import (
	"os"
	"runtime"
)

func main() {
	name := "world"
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	os.Stdout.WriteString("hello, " + name + ", from " + runtime.GOOS + "/" + runtime.GOARCH + "\n")
}
