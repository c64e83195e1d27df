#!/usr/bin/env bash
# Kills -9 a run at random moments and resumes it: whatever the moment, the result is the same, bit for bit.
#   Tests/Robustness/kill-and-resume.sh [PROGRAM] [KILLS]
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "${1:-.build/release/kentledge}")
kills=${2:-20}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Its own seed for the moments, so that a failure can be repeated: SEED=n.
RANDOM=${SEED:-20260630}
run=("$program" run scenarios/us-severely-adverse-2026.yaml --paths 20k --threads 2 --quiet)

start=$(date +%s%N)
"${run[@]}" -o "$scratch/whole" > /dev/null
duration=$(( ($(date +%s%N) - start) / 1000000 ))
echo "an undisturbed run takes $duration ms"

ended=0
for kill in $(seq "$kills"); do
  place="$scratch/run-$kill"
  attempts=0
  # The first attempt is killed at a random moment of a run's length, and so is every other resumption.
  while :; do
    attempts=$((attempts + 1))
    "${run[@]}" --resume -o "$place" > /dev/null &
    process=$!
    if [ "$attempts" -le 2 ]; then
      moment=$((RANDOM % duration))
      sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
      kill -9 "$process" 2> /dev/null || ended=$((ended + 1))
      wait "$process" 2> /dev/null && break || continue
    fi
    wait "$process"
    break
  done
  cmp "$scratch/whole/results.json" "$place/results.json"
  cmp "$scratch/whole/report.html" "$place/report.html"
  left=$(find "$scratch" -maxdepth 1 -name ".run-$kill.partial")
  test -z "$left" || { echo "a finished run has left $left"; exit 1; }
  rm -rf "$place" "$scratch/.run-$kill".*
done
sha256sum "$scratch/whole/results.json" | cut -d ' ' -f 1
echo "the same bits after $kills runs killed up to twice each ($ended kills came after the end)"
