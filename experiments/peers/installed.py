#!/usr/bin/env python3
"""Says which libraries this Python has: one JSON object, null for what is absent.

    installed.py torch transformers ...
"""

import importlib.metadata
import json
import sys


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":
    print(json.dumps({package: version(package) for package in sys.argv[1:]}))
