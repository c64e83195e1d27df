#!/usr/bin/env bash
# Prints the benchmark table and writes it into README.md with its chart: run.sh [--quick]. About 40 minutes, or two.
#
# Builds Kentledge and installs the Python peers into a folder of their own; PYTHON names one that has them already.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ -z ${PYTHON:-} ]]; then
  peers=${TMPDIR:-/tmp}/kentledge-peers
  python3 -m venv "$peers" || { echo "python3 with venv is needed: apt-get install python3-venv" >&2; exit 69; }
  "$peers/bin/pip" install --quiet keras==3.15.1 tensorflow-cpu numpy safetensors QuantLib
  PYTHON=$peers/bin/python
fi
swift build -c release --product kentledge
swift build -c release --product benchmarks
exec "$PYTHON" -B Tests/Benchmarks/table.py "$@"
