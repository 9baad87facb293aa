# shellcheck shell=bash
# Validators of SBOMs: pyspdxtools (SPDX 2.3), spdx-python-model (SPDX 3.0.1), the checker of NTIA's minimum elements,
# CycloneDX's strict validator, and license-expression. sbom_validators.requirements.txt pins them and their
# dependencies by version and hash. The command `sbom-validators` is the machine's Python with these libraries.

make_sbom_validators() {
  made_by "$1" sbom-validators "pip could not bring its libraries for this machine's Python" python
}

# The wheels with machine code are for amd64 and some versions of Python.
wheel_has_python() {
  wheel_has_pip && python3 -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
}

sbom_validators_by_python() {
  rm -rf "${1:?}/lib"
  python3 -m pip install --quiet --no-deps --only-binary=:all: --require-hashes --target "$1/lib" \
    --requirement "$TOOLS_PARTS/sbom_validators.requirements.txt" || return
  printf 'PYTHONPATH=%q; export PYTHONPATH\n' "$1/lib" | tool_script "$(python3 -c 'import sys; print(sys.executable)')" >"$1/program.new" &&
    chmod +x "$1/program.new" && mv "$1/program.new" "$1/program"
}
