"""Tests the catalogue site in headless Chromium, through the DevTools protocol on a pipe.

Each kind of page is opened in two widths, light and dark: screenshot, structure, contrast (page_checks.js), requests and
messages of the console. Then: reading without scripts, the keyboard, the search, and the choice of colours.
"""

import argparse
import base64
import collections
import json
import os
import pathlib
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib

# Mistakes in the first page, and a part of the message about each: the checks find them.
FAULTS = [
    ("assets/site.css", "--quiet: #566265", "--quiet: #9aa4a6", "has a contrast of"),
    ("assets/site.css", ".cards { display: grid;", ".cards { display: grid; min-width: 500px;", "pixels wide in a window"),
    ("assets/site.css", "body { margin: 0;", "body { margin: 0; opacity: 0;", "the page shows 0 texts"),
    ("assets/site.js", "'use strict';", "'use strict'; none();", "exception"),
    ("index.html", "<h2 ", "<h4 ", "a heading of level 4 follows one of level 1"),
    ("index.html", '<html lang="en">', "<html>", "the page has no language"),
    ("index.html", 'aria-label="Table of images', 'aria-label="Images', "two landmarks have the name Images that are not here"),
    ("index.html", '<label for="query">', '<label for="none">', "has no label"),
    ("index.html", 'id="distro"', 'id="query"', "two elements have the identifier query"),
    ("index.html", "<caption>Images that are not here</caption>", "", "a table has no caption"),
    ("index.html", "</h1>", '</h1><img src="https://outside.example/x.png">', "has no alternative text"),
    ("index.html", "</h1>", '</h1><img alt="" src="https://outside.example/x.png">', "violates the following Content Security Policy"),
    ("index.html", "</h1>", '</h1><p style="color: red">x</p>', "violates the following Content Security Policy"),
]

# The same in the page of an image, which has an empty name here.
IMAGE_FAULTS = [
    ("", '<pre tabindex="0" role="group"', '<pre tabindex="0"', "has a name, but no role"),
    ("assets/site.css", "padding-right: 4.25rem;", "", "covers a heading"),
    ("assets/site.css", "min-height: 1.5rem;", "height: 1rem;", "pixels high; expected at least 24"),
]

WIDTHS = [360, 1280]
SCHEMES = ["light", "dark"]
HEIGHT = 900
TIMEOUT = 60


class Browser:
    """A headless Chromium, and one page."""

    def __init__(self, program, profile):
        to_browser, self.commands = os.pipe()
        self.events, from_browser = os.pipe()
        # Chromium reads commands from descriptor 3 and writes to descriptor 4.
        script = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
        options = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe",
            "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-component-update",
            "--hide-scrollbars", f"--user-data-dir={profile}",
        ]
        self.process = subprocess.Popen(
            ["bash", "-c", script, program, *options, "about:blank"],
            pass_fds=[to_browser, from_browser],
            stderr=subprocess.DEVNULL,
            env=os.environ | {"HOME": profile},
        )
        os.close(to_browser)
        os.close(from_browser)
        self.buffer = b""
        self.number = 0
        self.queue = collections.deque()
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.problems = []
        self.requests = set()
        for domain in ["Page", "Runtime", "Network", "Log", "DOM"]:
            self.call(domain + ".enable")

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.queue.append(answer)

    def receive(self):
        end = time.monotonic() + TIMEOUT
        while b"\0" not in self.buffer:
            if not select.select([self.events], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            part = os.read(self.events, 1 << 20)
            if not part:
                raise RuntimeError("the browser ended")
            self.buffer += part
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def note(self, event):
        """Notes a request, and a message that is a problem."""
        parameters = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            self.requests.add(parameters["request"]["url"])
        elif event.get("method") == "Runtime.exceptionThrown":
            self.problems.append("exception: " + str(parameters["exceptionDetails"].get("exception", {}).get("description")))
        elif event.get("method") == "Log.entryAdded" and parameters["entry"]["level"] in ["error", "warning"]:
            self.problems.append("console: " + parameters["entry"]["text"])

    def open(self, url):
        self.call("Page.navigate", url=url)
        while True:
            event = self.queue.popleft() if self.queue else self.receive()
            self.note(event)
            if event.get("method") == "Page.loadEventFired":
                return

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression[:80]}: {result['exceptionDetails']}")
        while self.queue:
            self.note(self.queue.popleft())
        return result["result"].get("value")

    def press(self, key, code):
        for kind in ["rawKeyDown", "keyUp"]:
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def size(self, width, height=HEIGHT):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def scheme(self, scheme):
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self):
        return base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def close(self):
        try:
            self.session = None
            self.call("Browser.close")
        except (RuntimeError, TimeoutError, OSError):
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def picture_problems(png, width):
    """Whether a picture has the expected width, and is not blank."""
    found, _height = struct.unpack(">II", png[16:24])
    if found != width:
        return [f"the screenshot is {found} pixels wide; expected {width}"]
    data, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    values = len(set(zlib.decompress(data)))
    return [] if values > 40 else [f"the screenshot is blank: {values} different bytes"]


class Test:
    def __init__(self, browser, site, screenshots):
        self.browser = browser
        self.site = site
        self.screenshots = screenshots
        self.checks = (pathlib.Path(__file__).parent / "page_checks.js").read_text()
        self.failures = []
        self.done = 0

    def expect(self, condition, message):
        self.done += 1
        if not condition:
            self.failures.append(message)

    def open(self, page):
        self.browser.open((self.site / page).as_uri())

    def pages(self):
        """A page of each kind, and the image with the most packages."""
        images = sorted((self.site / "images").glob("*.html"), key=lambda file: file.stat().st_size)
        kinds = ["index.html", "packages.html", "licences.html", "distros.html", "changes.html"]
        return kinds + [f"images/{images[0].name}", f"images/{images[-1].name}"]

    def looks(self):
        for page in self.pages():
            for width in WIDTHS:
                for scheme in SCHEMES:
                    self.look(page, width, scheme)

    def look(self, page, width, scheme, keep=True):
        where = f"{page}, {width} pixels, {scheme}"
        self.browser.size(width)
        self.browser.scheme(scheme)
        self.open(page)
        # Closed details are also read.
        opened = "for (const one of document.querySelectorAll('details')) one.open = true;"
        problems = self.browser.value(self.checks)
        picture = self.browser.screenshot()
        self.browser.value(opened)
        problems += self.browser.value(self.checks) + picture_problems(picture, width)
        name = f"{page.removesuffix('.html').replace('/', '_')}_{width}_{scheme}.png"
        if keep:
            (self.screenshots / name).write_bytes(picture)
        self.expect(not problems, f"{where}: " + "; ".join(sorted(set(problems))))

    def all_pages_load(self):
        """Opens every page: no exception, no message of the console, no request that leaves the site."""
        self.browser.size(1280)
        for file in sorted(self.site.rglob("*.html")):
            self.browser.open(file.as_uri())
            self.browser.value("1")
        self.expect(not self.browser.problems, "messages: " + "; ".join(sorted(set(self.browser.problems))))
        root = self.site.as_uri() + "/"
        outside = [url for url in self.browser.requests if not url.startswith((root, "data:"))]
        self.expect(len(self.browser.requests) > 10, "no request was noted")
        self.expect(not outside, f"requests that leave the site: {outside}")

    def keyboard(self):
        self.browser.scheme("light")
        self.open("index.html")
        reached = []
        for _ in range(20):
            self.browser.press("Tab", 9)
            reached.append(self.browser.value("""(() => {
              const one = document.activeElement;
              const style = getComputedStyle(one);
              return [one.id || one.className || one.getAttribute('href') || one.tagName,
                      style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
            })()"""))
            if reached[-1][0] == "BODY":
                # The focus left the page.
                reached.pop()
                break
        names = [name for name, _ in reached]
        self.expect(names[0] == "skip", f"the first element is not the link to the content: {names}")
        for name in ["theme", "query", "family", "distro", "architecture"]:
            self.expect(name in names, f"the keyboard does not reach {name}: {names}")
        self.expect(any(name.startswith("images/") for name in names), f"the keyboard does not reach an image: {names}")
        self.expect(all(visible for _, visible in reached), f"the focus is not visible: {reached}")
        self.open("index.html")
        self.browser.press("Tab", 9)
        self.browser.call("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
        self.browser.call("Input.dispatchKeyEvent", type="keyUp", key="Enter", code="Enter", windowsVirtualKeyCode=13)
        self.expect(self.browser.value("document.activeElement.id") == "content", "the link to the content does not move the focus")

    def search(self):
        self.open("index.html")
        cards = "[...document.querySelectorAll('.card:not([hidden])')]"
        every = self.browser.value(cards + ".length")
        self.browser.value("document.getElementById('query').focus()")
        self.browser.call("Input.insertText", text="openssl")
        found = self.browser.value(cards + ".length")
        status = self.browser.value("document.getElementById('count').textContent")
        self.expect(0 < found < every, f"the search for openssl found {found} of {every} images")
        noun = "image" if found == 1 else "images"
        self.expect(status == f"{found} {noun} found", f"the status is {status!r}")
        self.browser.value("const one = document.getElementById('distro'); one.selectedIndex = 1; one.dispatchEvent(new Event('input', {bubbles: true}))")
        fewer = self.browser.value(cards + ".length")
        self.expect(0 <= fewer <= found and fewer < every, f"the filter left {fewer} of {found} images")
        self.browser.call("Input.insertText", text="nothing has this name")
        self.expect(self.browser.value(cards + ".length") == 0, "the search found images that do not exist")

    def colours(self):
        self.open("index.html")
        colour = "getComputedStyle(document.body).backgroundColor"
        light = self.browser.value(colour)
        self.browser.value("const one = document.getElementById('theme'); one.value = 'dark'; one.dispatchEvent(new Event('change', {bubbles: true}))")
        dark = self.browser.value(colour)
        self.expect(light != dark, "the choice of colours changes nothing")
        self.open("distros.html")
        self.expect(self.browser.value(colour) == dark, "the choice of colours is lost on the next page")
        self.browser.value("localStorage.clear()")

    def faults(self):
        """Whether the checks find mistakes."""
        image = self.pages()[-1]
        for page, (file, old, new, message) in [("index.html", fault) for fault in FAULTS] + [(image, fault) for fault in IMAGE_FAULTS]:
            file = file or page
            with tempfile.TemporaryDirectory() as directory:
                site = pathlib.Path(directory, "site")
                shutil.copytree(self.site, site, copy_function=shutil.copyfile)
                for made in [site, *site.rglob("*")]:
                    made.chmod(0o755 if made.is_dir() else 0o644)
                text = (site / file).read_text()
                (site / file).write_text(text.replace(old, new))
                self.browser.problems, self.browser.requests = [], set()
                faulty = Test(self.browser, site, self.screenshots)
                faulty.look(page, 360, "light", keep=False)
                self.browser.value("1")
                found = "; ".join(faulty.failures + self.browser.problems)
                self.expect(old in text and message in found, f"with `{new}` in {file}, expected `{message}`, found: {found}")
        self.browser.problems, self.browser.requests = [], set()

    def without_scripts(self):
        self.browser.call("Emulation.setScriptExecutionDisabled", value=True)
        self.open("index.html")
        root = self.browser.call("DOM.getDocument")["root"]["nodeId"]

        def boxes(selector):
            count = 0
            for node in self.browser.call("DOM.querySelectorAll", nodeId=root, selector=selector)["nodeIds"]:
                try:
                    self.browser.call("DOM.getBoxModel", nodeId=node)
                    count += 1
                except RuntimeError:
                    pass
            return count

        self.expect(boxes(".card") == len(list((self.site / "images").glob("*.html"))), "without scripts, images are missing")
        self.expect(boxes(".filters, .theme") == 0, "without scripts, fields are visible that do nothing")
        (self.screenshots / "index_without_scripts.png").write_bytes(self.browser.screenshot())
        self.browser.call("Emulation.setScriptExecutionDisabled", value=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ["--browser", "--site", "--screenshots"]:
        parser.add_argument(option, required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(arguments.browser, profile)
        try:
            test = Test(browser, pathlib.Path(arguments.site).resolve(), pathlib.Path(arguments.screenshots))
            for part in [test.looks, test.all_pages_load, test.keyboard, test.search, test.colours, test.faults, test.without_scripts]:
                part()
        finally:
            browser.close()
    for failure in test.failures:
        print("FAIL", failure)
    print(f"{test.done - len(test.failures)} of {test.done} expectations are met")
    return 1 if test.failures else 0


if __name__ == "__main__":
    sys.exit(main())
