#!/usr/bin/env python3
"""Says how much of the rooms below the HTTP floor their own tests have run: coverage.py FOLDER, with the Cobertura reports of all test projects below it.

A line that several projects ran counts once, and code that a generator wrote not at all.
"""
import os
import sys
import xml.etree.ElementTree as xml

SOURCES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "src") + os.sep


def lines_of(report):
    """Each line of the report as (file, number, whether it was run)."""
    root = xml.parse(report).getroot()
    folders = [source.text or "" for source in root.iterfind("sources/source")] or [""]
    for part in root.iter("class"):
        files = (os.path.normpath(os.path.join(folder, part.get("filename"))) for folder in folders)
        file = next((f for f in files if os.path.exists(f)), None)
        if file and file.startswith(SOURCES) and f"{os.sep}obj{os.sep}" not in file:
            for line in part.iterfind("lines/line"):
                yield file, line.get("number"), line.get("hits") != "0"


def main(folder):
    reports = [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names if name.endswith(".cobertura.xml")]
    seen = {}
    for report in reports:
        for file, number, was_run in lines_of(report):
            seen[file, number] = seen.get((file, number), False) or was_run
    if not seen:
        return "coverage: not known, no report has a line of src"
    return f"coverage: {100 * sum(seen.values()) / len(seen):.1f} % of lines below the HTTP floor, by unit tests alone"


if __name__ == "__main__":
    print(main(sys.argv[1]))
