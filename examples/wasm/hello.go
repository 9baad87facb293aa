// Hello is a WebAssembly module that greets, with what the WASI system interface gives it.
package main

import "os"

func main() {
	name := "world"
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	os.Stdout.WriteString("hello, " + name + ", from WebAssembly\n")
}
