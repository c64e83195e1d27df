#!/usr/bin/env bash
# Bad flags, places and shards: the documented exit code, a message that says what to do, and nothing lost.
#   Tests/Robustness/bad-places.sh [PROGRAM]
set -uo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "${1:-.build/release/kentledge}")
scratch=$(mktemp -d)
trap 'mountpoint -q "$scratch/small" && umount "$scratch/small"; rm -rf "$scratch"' EXIT
scenario=scenarios/us-severely-adverse-2026.yaml
failures=0

# expect CODE TEXT COMMAND…: the command ends with that code and says that text.
expect() {
  local code=$1 text=$2 found
  shift 2
  "$@" > "$scratch/out" 2>&1
  found=$?
  if [ "$found" -ne "$code" ] || ! grep -qF -- "$text" "$scratch/out"; then
    echo "FAILED: $* ended with $found, expected $code and '$text'"
    sed 's/^/    /' "$scratch/out"
    failures=$((failures + 1))
  else
    echo "$code: $text"
  fi
}
kentledge() { "$program" "$@"; }
small() { kentledge run "$scenario" --paths 9k --threads 2 --quiet "$@"; }

echo "== flags"
for shard in 0/3 4/3 1/1001 three 1/ ''; do expect 64 "--shard" small --shard "$shard" -o "$scratch/x"; done
expect 64 "SLURM_ARRAY_TASK_ID" small --shard auto -o "$scratch/x"
expect 64 "OMPI_COMM_WORLD_RANK says shard 2/2, SLURM_PROCID says 1/2" \
  env OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2 SLURM_PROCID=0 SLURM_NTASKS=2 \
  "$program" run "$scenario" --shard auto -o "$scratch/x"
expect 64 "--shards is 1001" kentledge plan "$scenario" --shards 1001
expect 64 "--emit needs --shards" kentledge plan "$scenario" --emit slurm
expect 64 "did you mean 'merge'" kentledge merg

echo "== shards"
for shard in 1 2 3; do small --shard $shard/3 -o "$scratch/parts" > /dev/null || failures=$((failures + 1)); done
expect 0 "is finished already" kentledge run "$scenario" --paths 9k --threads 2 --shard 2/3 -o "$scratch/parts"
small -o "$scratch/whole" > /dev/null
expect 0 "report.html" kentledge merge "$scratch/parts" -o "$scratch/merged"
cmp "$scratch/whole/results.json" "$scratch/merged/results.json" || failures=$((failures + 1))
cmp "$scratch/whole/report.html" "$scratch/merged/report.html" || failures=$((failures + 1))
mv "$scratch/parts/shard-2-of-3" "$scratch/away"
expect 66 "--shard 2/3 --resume -o $scratch/parts" kentledge merge "$scratch/parts" -o "$scratch/merged"
expect 66 "no shard here" kentledge merge "$scratch/nowhere" -o "$scratch/merged"
mv "$scratch/away" "$scratch/parts/shard-2-of-3"
expect 0 "report.html" kentledge merge "$scratch/parts" "$scratch/parts/shard-1-of-3" -o "$scratch/merged"
kentledge run "$scenario" --paths 9k --seed 5 --shard 2/3 --quiet -o "$scratch/foreign" > /dev/null
expect 65 "another run" kentledge merge "$scratch/parts" "$scratch/foreign" -o "$scratch/merged"
chunk=$(find "$scratch/parts/shard-1-of-3/blocks/paths" -type f | sort | head -1)
truncate -s -1 "$chunk"
expect 65 "damaged" kentledge merge "$scratch/parts" -o "$scratch/merged"
expect 0 "shard-1-of-3" small --shard 1/3 -o "$scratch/parts"
expect 0 "report.html" kentledge merge "$scratch/parts" -o "$scratch/merged"
echo '{}' > "$scratch/parts/shard-1-of-3/shard.json"
expect 65 "not the record of a shard" kentledge merge "$scratch/parts" -o "$scratch/merged"

echo "== two runs into one place, and signals"
"$program" run "$scenario" --paths 2M --threads 2 --quiet -o "$scratch/long" > /dev/null 2> "$scratch/long.err" &
process=$!
has_paths() { [ -n "$(find "$scratch/.long.partial" -name 'paths-*' ! -name '*.partial' 2> /dev/null | head -1)" ]; }
until has_paths || ! kill -0 "$process" 2> /dev/null; do sleep 0.05; done
expect 75 "another run is writing to this directory (process $process)" small -o "$scratch/long"
kill -TERM "$process"
wait "$process"
code=$?
test "$code" -eq 143 || { echo "FAILED: SIGTERM gave $code"; failures=$((failures + 1)); }
grep -q -- "go on with: kentledge run .* --resume" "$scratch/long.err" || { echo "FAILED: no resume command"; failures=$((failures + 1)); }
expect 0 "of another run" kentledge run "$scenario" --paths 9k --resume -o "$scratch/long"
cmp "$scratch/whole/results.json" "$scratch/long/results.json" || failures=$((failures + 1))

echo "== audit"
expect 0 "unchanged" kentledge verify "$scratch/whole" --scenario "$scenario"
expect 0 "rerun: the same bits" kentledge verify "$scratch/merged" --scenario "$scenario" --rerun --quiet
openssl genpkey -algorithm ed25519 -out "$scratch/key.pem" 2> /dev/null
openssl pkey -in "$scratch/key.pem" -pubout -out "$scratch/key.pub"
openssl genpkey -algorithm ed25519 2> /dev/null | openssl pkey -pubout -out "$scratch/other.pub"
expect 66 "is not signed" kentledge verify "$scratch/whole" --key "$scratch/key.pub"
expect 0 "manifest.sig" kentledge sign "$scratch/whole" --key "$scratch/key.pem"
expect 0 "signature valid" kentledge verify "$scratch/whole" --key "$scratch/key.pub"
expect 0 "Signature Verified Successfully" openssl pkeyutl -verify -pubin -inkey "$scratch/key.pub" -rawin \
  -in "$scratch/whole/manifest.json" -sigfile "$scratch/whole/manifest.sig"
expect 65 "not one of the manifest by this key" kentledge verify "$scratch/whole" --key "$scratch/other.pub"
expect 65 "no Ed25519 private key" kentledge sign "$scratch/whole" --key "$scratch/key.pub"
sed -i 's/0/1/' "$scratch/whole/report.html"
expect 65 "was changed after the run" kentledge verify "$scratch/whole"
rm "$scratch/whole/report.html"
expect 66 "is gone" kentledge verify "$scratch/whole"
expect 66 "no run here" kentledge verify "$scratch/nowhere"

echo "== places"
echo text > "$scratch/file"
expect 73 "is a file" small -o "$scratch/file"
expect 73 "cannot create" small -o "$scratch/file/below"
mkdir "$scratch/mine" && echo text > "$scratch/mine/thesis"
expect 73 "something other than a run" small -o "$scratch/mine"
if [ "$(id -u)" -eq 0 ] && mkdir "$scratch/small" && mount -t tmpfs -o size=24m tmpfs "$scratch/small" 2> /dev/null; then
  expect 74 "free some space" kentledge run "$scenario" --paths 50k --threads 2 --quiet -o "$scratch/small/run"
  grep -q "go on with" "$scratch/out" || { echo "FAILED: no resume command on a full disk"; failures=$((failures + 1)); }
  mount -o remount,size=400m "$scratch/small"
  expect 0 "are there already" kentledge run "$scenario" --paths 50k --threads 2 --resume -o "$scratch/small/run"
  kentledge run "$scenario" --paths 50k --threads 2 --quiet --path-totals --sqlite -o "$scratch/whole50" > /dev/null
  cmp "$scratch/whole50/results.json" "$scratch/small/run/results.json" || failures=$((failures + 1))
  rm -r "$scratch/small/run"
  mount -o remount,size=1m "$scratch/small"
  for export in sqlite csv; do
    expect 74 "free some space" kentledge export $export "$scratch/whole50" -o "$scratch/small/all"
    test -z "$(ls "$scratch/small")" || { echo "FAILED: half an export on a full disk"; failures=$((failures + 1)); }
  done
  mount -o remount,size=10m "$scratch/small"
  expect 74 "free some space" kentledge export sqlite "$scratch/whole50" --path-totals -o "$scratch/small/all"
else
  echo "no full disk: mounting a tmpfs needs root"
fi

test "$failures" -eq 0 && echo "all as documented"
