"""Greets everyone named on the command line, by a library that comes as a wheel."""

import importlib.metadata
import os
import sys

import greet

for name in sys.argv[1:] or ["world"]:
    print(greet.greeting(name, os.environ.get("LANGUAGE", "en")))
print("greet", importlib.metadata.version("greet"))
