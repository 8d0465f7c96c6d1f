#!/usr/bin/env python3
"""Writes what the published server is made of, as CycloneDX 1.6 in JSON, to stdout.

Usage: scripts/sbom.py VERSION [ASSETS]
  VERSION  of the server
  ASSETS   src/Heron.ApiServer/obj/project.assets.json after a publish: adds the .NET runtime that the program carries, and licences

Packages, their versions and who needs whom come from packages.lock.json, the pages' scripts from the folders that they stand in.
SOURCE_DATE_EPOCH in the environment is the document's time; the same sources make the same bytes.
"""
import datetime
import hashlib
import json
import os
import pathlib
import sys
import uuid
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOCK = ROOT / "src/Heron.ApiServer/packages.lock.json"
SCRIPTS = ROOT / "src/Heron.Pages/assets/vendor"
# Looks at the sources while they are compiled; no program carries it.
TOOL = "Microsoft.NET.ILLink.Tasks"
# How the texts of licences begin that have no name in them.
TEXTS = {
    "MIT": "permission is hereby granted, free of charge",
    "0BSD": "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee",
}


def nuget(name, version, licences):
    reference = f"pkg:nuget/{name}@{version}"
    component = {"type": "library", "bom-ref": reference, "name": name, "version": version, "purl": reference}
    licence = licences(name, version)
    if licence:
        component["licenses"] = [licence]
    return component


def locked(licences):
    """The packages of the lock file, who needs whom, and what the program needs itself."""
    entries = {name: entry for name, entry in json.loads(LOCK.read_text())["dependencies"]["net10.0"].items() if name != TOOL}
    packages = {name.lower(): nuget(name, entry["resolved"], licences) for name, entry in entries.items() if entry["type"] != "Project"}

    def references(entry):
        return {packages[name.lower()]["bom-ref"] for name in entry.get("dependencies", {}) if name.lower() in packages}

    needs = {packages[name.lower()]["bom-ref"]: references(entry) for name, entry in entries.items() if entry["type"] != "Project"}
    # Projects are the program itself.
    own = {packages[name.lower()]["bom-ref"] for name, entry in entries.items() if entry["type"] == "Direct"}
    for entry in entries.values():
        if entry["type"] == "Project":
            own |= references(entry)
    return list(packages.values()), needs, own


def runtime(assets, licences):
    """What a self-contained program carries of .NET: its runtime packs, not the tools that made it."""
    frameworks = assets["project"]["frameworks"].values()
    packs = [pack for framework in frameworks for pack in framework.get("downloadDependencies", [])]
    return [nuget(pack["name"], pack["version"].strip("[]").split(",")[0], licences) for pack in packs if ".App.Runtime." in pack["name"]]


def scripts():
    """The scripts of the pages: a folder NAME-VERSION each, with the licence in it."""
    for folder in sorted(SCRIPTS.iterdir()):
        name, version = folder.name.rsplit("-", 1)
        reference = f"pkg:npm/{name}@{version}"
        text = " ".join(" ".join(file.read_text().lower().split()) for file in sorted(folder.iterdir()) if "licen" in file.name.lower())
        licence = next(identifier for identifier, begin in TEXTS.items() if begin in text)
        yield {
            "type": "library", "bom-ref": reference, "name": name, "version": version, "purl": reference,
            "licenses": [{"license": {"id": licence}}],
            "components": [
                {"type": "file", "name": file.name, "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(file.read_bytes()).hexdigest()}]}
                for file in sorted(folder.iterdir()) if file.suffix in (".js", ".mjs", ".css")
            ],
        }


def licences_in(folders):
    """Reads a package's licence where the package was unpacked."""
    def of(name, version):
        for folder in folders:
            file = pathlib.Path(folder) / name.lower() / version.lower() / f"{name.lower()}.nuspec"
            if file.is_file():
                found = ElementTree.parse(file).getroot().find("./{*}metadata/{*}license")
                if found is not None and found.get("type") == "expression":
                    return {"expression": found.text}
        return None
    return of


def main(version, assets=None):
    assets = json.loads(pathlib.Path(assets).read_text()) if assets else {"packageFolders": {}, "project": {"frameworks": {}}}
    licences = licences_in(assets["packageFolders"])
    components, needs, own = locked(licences)
    carried = runtime(assets, licences)
    vendored = list(scripts())
    program = {
        "type": "application", "bom-ref": f"pkg:generic/heron-apiserver@{version}", "name": "heron-apiserver", "version": version,
        "purl": f"pkg:generic/heron-apiserver@{version}", "licenses": [{"license": {"id": "Apache-2.0"}}],
    }
    own |= {component["bom-ref"] for component in carried + vendored}
    components = sorted(components + carried + vendored, key=lambda component: component["bom-ref"])
    graph = {program["bom-ref"]: own, **{component["bom-ref"]: needs.get(component["bom-ref"], set()) for component in components}}
    document = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)
            .strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": program,
        },
        "components": components,
        "dependencies": [{"ref": reference, "dependsOn": sorted(graph[reference])} for reference in sorted(graph)],
    }
    number = uuid.uuid5(uuid.NAMESPACE_URL, hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest())
    json.dump({**document, "serialNumber": f"urn:uuid:{number}"}, sys.stdout, indent=2, sort_keys=True)
    print()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
