"""Tests of pulls.py."""

import unittest

import pulls

LOG = """GET /v2/ 401 0
GET /v2/image/manifests/new 200 0
GET /v2/image/blobs/sha256:a 200 0
HEAD /v2/image/blobs/sha256:b 200 0
GET /v2/image/blobs/sha256:c 404 0
GET /v2/image/blobs/sha256:d 200 0
"""


class Pulls(unittest.TestCase):
    def test_the_bytes_of_successful_downloads_are_counted(self):
        sizes = {"new": 1, "sha256:a": 20, "sha256:b": 300, "sha256:c": 4000, "sha256:d": 50000}
        self.assertEqual(pulls.fetched(LOG.splitlines(), sizes), {"requests": 6, "bytes": 50021})


if __name__ == "__main__":
    unittest.main()
