#!/usr/bin/env bash
# The same bytes whatever the threads, the shards and the interruptions: one table of SHA-256, and a verdict.
#   Tests/Robustness/equality.sh [--short] [PROGRAM]
# Threads 1, 2, 4 × shards 1, 3, 7 × undisturbed or killed −9 at 20 random moments and resumed, with plain sampling; some
# of them with every other sampling; and Slurm with a lost task (slurm.sh). --short: a part of them, for CI. Moments come
# from SEED.
set -uo pipefail
cd "$(dirname "$0")/../.."
short=
if [ "${1:-}" = --short ]; then short=yes; shift; fi
program=$(realpath "${1:-.build/release/kentledge}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
RANDOM=${SEED:-20260630}

files=(results.json results.csv results.sqlite paths.csv report.html)
declare -A expected=()
rows=0 differing=()
fail() { echo "FAILED: $*" >&2; tail -5 "$scratch/log" >&2; exit 1; }

# The commands of one run, a line each: one in one piece; or shards and their merging.
commands() { # THREADS SHARDS PLACE
  local exports="--sqlite --csv --path-totals --quiet --threads $1"
  if [ "$2" -eq 1 ]; then
    echo "run $scenario --paths $paths $exports --resume -o $3"
    return
  fi
  for shard in $(seq "$2"); do
    echo "run $scenario --paths $paths --quiet --threads $1 --shard $shard/$2 --resume -o $3-parts"
  done
  echo "merge $3-parts $exports -o $3"
}

milliseconds() { date +%s%3N; }

# Kills the program after so many milliseconds; ends with its code, 137 when it was alive then.
killed_after() { # MILLISECONDS ARGUMENTS…
  local after=$1 process
  shift
  "$program" "$@" > /dev/null 2>> "$scratch/log" &
  process=$!
  sleep "$(printf '%d.%03d' $((after / 1000)) $((after % 1000)))"
  kill -9 "$process" 2> /dev/null
  wait "$process" 2> /dev/null
}

durations=()
undisturbed() { # THREADS SHARDS PLACE
  durations=()
  local line start
  while read -r line; do
    start=$(milliseconds)
    # shellcheck disable=SC2086
    "$program" $line > /dev/null 2>> "$scratch/log" < /dev/null || fail "kentledge $line ended with $?"
    durations+=($(($(milliseconds) - start)))
  done < <(commands "$@")
}

# Each command is killed at moments up to as long as it takes undisturbed, until so many kills have struck.
kills=0
disturbed() { # THREADS SHARDS PLACE MOST
  local most=$4 line number=0 code
  while read -r line; do
    while :; do
      if [ "$kills" -lt "$most" ]; then
        # shellcheck disable=SC2086
        killed_after $((RANDOM % durations[number])) $line < /dev/null
      else
        # shellcheck disable=SC2086
        "$program" $line > /dev/null 2>> "$scratch/log" < /dev/null
      fi
      code=$?
      [ "$code" -eq 137 ] || break
      kills=$((kills + 1))
    done
    [ "$code" -eq 0 ] || fail "kentledge $line ended with $code"
    number=$((number + 1))
  done < <(commands "$1" "$2" "$3")
}

# Holds a finished run against the first one of its kind and takes it away.
equal=
compare() { # PLACE NAME
  local file hash
  equal=yes hashes=()
  for file in "${files[@]}"; do
    hash=$(sha256sum "$1/$file" | cut -d ' ' -f 1)
    [ -n "$hash" ] || fail "$2 has no $file"
    : "${expected[$kind $file]:=$hash}"
    hashes+=("${hash:0:12}")
    if [ "$hash" != "${expected[$kind $file]}" ]; then
      equal=no
      differing+=("$2: $file")
    fi
  done
  [ -z "$(find "$scratch" -maxdepth 2 -name '.*.partial')" ] || fail "$2 has left a directory behind"
  rm -rf "$1" "$1-parts"
}

row() { # NAME-OF-INTERRUPTION SECONDS
  rows=$((rows + 1))
  printf '%-10s %7s %6s  %-22s' "$kind" "$threads" "$shards" "$1"
  printf ' %s' "${hashes[@]}"
  printf '  %-5s %4s s\n' "$equal" "$2"
}

cell() { # KILLS
  local start place="$scratch/run" every=yes
  start=$SECONDS
  undisturbed "$threads" "$shards" "$place"
  compare "$place" "$kind, threads $threads, shards $shards"
  row undisturbed $((SECONDS - start))
  [ "$1" -gt 0 ] || return
  start=$SECONDS kills=0
  local finished=0
  while [ "$kills" -lt "$1" ]; do
    disturbed "$threads" "$shards" "$place" "$1"
    finished=$((finished + 1))
    compare "$place" "$kind, threads $threads, shards $shards, killed (run $finished)"
    [ "$equal" = yes ] || every=no
  done
  equal=$every
  row "$kills kills, runs: $finished" $((SECONDS - start))
}

printf '%-10s %7s %6s  %-22s' sampling threads shards interruption
printf ' %-12s' "${files[@]}"
printf '  equal\n'
: > "$scratch/log"

kind=plain scenario=scenarios/us-severely-adverse-2026.yaml paths=40k
for threads in 1 2 $([ "$short" ] || echo 4); do
  for shards in 1 3 $([ "$short" ] || echo 7); do
    if [ "$short" ] && [ "$threads" -eq 1 ]; then cell 0; else cell $([ "$short" ] && echo 10 || echo 20); fi
  done
done
others=(antithetic sobol importance two-phase)
base=$(realpath --relative-to="$scratch" scenarios/us-severely-adverse-2026.yaml)
for kind in "${others[@]}"; do
  scenario="$scratch/$kind.yaml" paths=16384 tail=
  case "$kind" in importance | two-phase) tail=', tail_paths: 1024' ;; esac
  printf 'schema: kentledge/1\nextends: %s\nid: %s\ntitle: %s\nsimulation: {sampling: %s%s}\n' \
    "$base" "$kind" "$kind" "$kind" "$tail" > "$scenario"
  for pair in $([ "$short" ] && echo 1/1 2/3 || echo 1/1 2/3 4/7); do
    threads=${pair%/*} shards=${pair#*/}
    if [ "$pair" = 2/3 ]; then cell $([ "$short" ] && echo 5 || echo 20); else cell 0; fi
  done
done

# A shard lost on a real cluster, as slurm.sh does it; what cannot be run is said, and is no success.
slurm=$(Tests/Robustness/slurm.sh "$program" 2>&1)
code=$?
if [ "$code" -ne 0 ]; then
  echo "$slurm" | tail -15 >&2
  differing+=("Slurm with a lost task ended with $code")
elif reason=$(grep '^skipped: ' <<< "$slurm"); then
  echo "Slurm with a lost task: not run (${reason#skipped: })"
else
  hash=$(grep -xE '[0-9a-f]{64}' <<< "$slurm" | tail -1)
  rows=$((rows + 1)) equal=yes kind=plain
  if [ "$hash" != "${expected[plain results.json]}" ]; then equal=no differing+=("Slurm: results.json"); fi
  printf '%-10s %7s %6s  %-22s %s%53s  %-5s\n' plain 1 4 "Slurm, a task lost" "${hash:0:12}" "" "$equal"
fi

for kind in plain "${others[@]}"; do echo "$kind results.json: ${expected[$kind results.json]}"; done
if [ "${#differing[@]}" -gt 0 ]; then
  printf 'DIFFERENT: %s\n' "${differing[@]}"
  exit 1
fi
echo "all $rows equal ($SECONDS s)"
