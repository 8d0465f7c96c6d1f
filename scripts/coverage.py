#!/usr/bin/python3
"""Says how many lines of src the tests of a run went through, by project and in all: a line counts once, whichever test ran it.

Usage: scripts/coverage.py FOLDER, with the coverage.cobertura.xml files of scripts/test.sh --coverage somewhere below it.
"""
import os
import sys
import xml.etree.ElementTree as xml


def main(folder):
    here = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
    hits = {}
    for place, _, files in os.walk(folder):
        for name in files:
            if name == "coverage.cobertura.xml":
                read(os.path.join(place, name), os.path.join(here, "src"), hits)
    if not hits:
        print("coverage: nothing was measured")
        return 1
    projects = {}
    for (file, _), hit in hits.items():
        counted = projects.setdefault(file.split(os.sep)[0], [0, 0])
        counted[0] += hit
        counted[1] += 1
    for project, (hit, lines) in sorted(projects.items()):
        print(f"coverage: {100 * hit / lines:5.1f} % of {lines:6} lines  {project}")
    hit, lines = (sum(counts) for counts in zip(*projects.values()))
    print(f"coverage: {100 * hit / lines:5.1f} % of {lines:6} lines  in all")
    return 0


def read(path, sources, hits):
    root = xml.parse(path).getroot()
    bases = [source.text or "" for source in root.iter("source")]
    for part in root.iter("class"):
        file = next((f for f in (os.path.join(base, part.get("filename")) for base in bases) if os.path.exists(f)), None)
        if file is None or not os.path.realpath(file).startswith(sources + os.sep):
            continue
        name = os.path.relpath(os.path.realpath(file), sources)
        for line in part.iter("line"):
            key = (name, line.get("number"))
            hits[key] = hits.get(key, False) or int(line.get("hits")) > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
