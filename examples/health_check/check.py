"""Starts the server and probes it, as an engine would: well, broken, silent and gone."""

import socket
import subprocess
import sys
import time

URL = "http://127.0.0.1:8080/healthz"


def probe(*arguments):
    done = subprocess.run(["/probe", *arguments], capture_output=True, text=True, timeout=20)
    print(done.returncode, done.stderr.strip().replace(" (os error 111)", ""))
    return done.returncode


server = subprocess.Popen([sys.executable, "/app/server.py"])
end = time.monotonic() + 10
while subprocess.run(["/probe", "127.0.0.1:8080"], capture_output=True).returncode and time.monotonic() < end:
    time.sleep(0.05)
probe(URL)
probe("127.0.0.1:8080")
probe("http://127.0.0.1:8080/break")
probe(URL)
server.kill()
server.wait()
probe(URL)
with socket.create_server(("127.0.0.1", 8081)):
    probe("http://127.0.0.1:8081/", "1")
probe("localhost:8080")
