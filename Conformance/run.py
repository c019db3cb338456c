"""Runs the tests beside this file; the last line says how many passed and failed."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    command = ["conformance", "discover", "-s", HERE, "-t", HERE, *sys.argv[1:]]
    result = unittest.main(module=None, argv=command, exit=False, warnings="ignore").result
    broken = {test.id().split()[0] for test, _ in result.failures + result.errors}
    for name in sorted(broken):
        sys.stderr.write(f"conformance: failed: {name}\n")
    sys.stderr.flush()
    sys.stdout.write(f"conformance: {result.testsRun - len(broken)} passed, {len(broken)} failed\n")
    return 0 if result.testsRun and result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
