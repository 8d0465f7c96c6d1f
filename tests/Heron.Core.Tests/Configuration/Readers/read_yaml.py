"""Reads a YAML mapping from stdin as Heron's Python parts do; one line for each entry: key, type, value, texts in base64."""
import base64
import sys

import yaml


def b64(text):
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


for key, value in yaml.safe_load(sys.stdin.buffer.read().decode("utf-8")).items():
    if isinstance(value, str):
        print(b64(key), "text", b64(value))
    elif isinstance(value, bool):
        print(b64(key), "flag", str(value).lower())
    elif value is None:
        print(b64(key), "null", "-")
    elif isinstance(value, list):
        print(b64(key), "list", ",".join(b64(item) for item in value) or "-")
    elif isinstance(value, dict):
        print(b64(key), "map", ",".join(b64(k) + ":" + b64(v) for k, v in value.items()) or "-")
    else:
        print(b64(key), "number", repr(float(value)))
